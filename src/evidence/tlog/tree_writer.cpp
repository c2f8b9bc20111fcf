// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/tree_writer.hpp"

#include <ranges>
#include <vector>

#include <fcntl.h>

namespace kiln::tlog {

Result<> TreeWriter::make_parents(const Path& path) {
  std::vector<Path> missing;
  for (Path parent = path.parent_path(); parent != tree_ && !known_.contains(parent);
       parent = parent.parent_path())
    missing.push_back(parent);
  for (const Path& directory : missing | std::views::reverse) {
    TRY(disk_->make_directory(directory));
    known_.insert(directory);
  }
  return {};
}

Result<> TreeWriter::write(const std::string& path, std::string_view bytes) {
  Path target = tree_ / path;
  TRY(make_parents(target));
  Path temporary = temporary_ / "file";
  TRY(disk_->remove(temporary));
  Fd fd = TRY(disk_->create(temporary));
  TRY_CONTEXT(disk_->write(fd.get(), bytes), "writing " + target.string());
  return disk_->rename(temporary, target);
}

Result<> TreeWriter::restore(const std::string& path, std::string_view bytes) {
  Result<std::string> present = read_file(tree_ / path, k_largest_bundle);
  if (present && *present == bytes) return {};
  return write(path, bytes);
}

Result<> TreeWriter::sync(const Path& path, std::set<Path>& directories) {
  Fd fd = TRY(open_file(path, O_RDONLY));
  TRY(disk_->sync(fd.get(), path));
  Path directory = path;
  do {
    directory = directory.parent_path();
  } while (directories.insert(directory).second && directory != tree_);
  return {};
}

Result<> TreeWriter::remove_partials(const TileId& full) {
  Path directory = tree_ / (full.path() + ".p");
  Result<std::vector<std::string>> names = list_directory(directory);
  if (!names)
    return names.error().code == ErrorCode::not_found ? Result<>() : std::unexpected(names.error());
  for (const std::string& name : *names) TRY(disk_->remove(directory / name));
  known_.erase(directory);
  return disk_->remove(directory);
}

Result<> TreeWriter::settle(const std::set<TileId>& tiles, uint64_t size) {
  std::set<Path> directories;
  std::set<TileId> filled;
  for (const TileId& id : tiles) {
    bool is_full_now = (id.index + 1) * k_tile_width <= hashes_in_level(size, id.level.value_or(0));
    if (is_full_now) filled.insert(id.as_full());
    if (id.full() || !is_full_now) TRY(sync(tree_ / id.path(), directories));
  }
  if (std::filesystem::exists(tree_ / "checkpoint")) TRY(sync(tree_ / "checkpoint", directories));
  for (const Path& directory : directories | std::views::reverse)
    TRY(disk_->sync_directory(directory));
  for (const TileId& id : filled) TRY(remove_partials(id));
  return {};
}

}  // namespace kiln::tlog
