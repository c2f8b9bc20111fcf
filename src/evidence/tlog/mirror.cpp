// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/mirror.hpp"

#include "evidence/tlog/tree_writer.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

// The tree that the mirror has already, empty when it has none.
Result<RightEdge> present_edge(const Path& directory, const LogSettings& log) {
  std::unique_ptr<TileSource> own = directory_tiles(directory);
  Result<std::string> bytes = own->checkpoint();
  if (!bytes && bytes.error().code == ErrorCode::not_found) return RightEdge();
  std::string note = TRY(std::move(bytes));
  Checkpoint checkpoint = TRY(open_checkpoint(note, log.key, log.origin)).checkpoint;
  RightEdge edge = TRY(RightEdge::load(*own, checkpoint.size));
  if (edge.root() != checkpoint.root)
    return fail(ErrorCode::corrupt, fmt::format("the mirror in {} is damaged", directory.string()),
                "remove it and mirror the log anew");
  return edge;
}

}  // namespace

Result<MirrorReport> mirror(TileSource& source, const LogSettings& log, const Path& directory,
                            Disk& disk) {
  TRY(make_directories(directory));
  RightEdge edge = TRY(present_edge(directory, log));
  MirrorReport report{.before = edge.size(), .size = 0};
  std::string bytes = TRY(source.checkpoint());
  Checkpoint now = TRY(open_checkpoint(bytes, log.key, log.origin)).checkpoint;
  if (now.size < edge.size())
    return fail(ErrorCode::unverified, fmt::format("the log {} shrank from {} to {} entries",
                                                   log.origin, edge.size(), now.size));
  TemporaryDirectory temporary = TRY(TemporaryDirectory::create(directory));
  TreeWriter writer(disk, directory, temporary.path());
  std::set<TileId> written;
  while (edge.size() < now.size) {
    std::vector<std::string> entries = TRY(read_entries(source, edge.size(), now.size, now.size));
    for (const TileFile& file : edge.append(entries)) {
      if (tile_in_tree(file.id.level, file.id.index, now.size) != file.id) continue;
      TRY(writer.write(file.id.path(), file.bytes));
      written.insert(file.id);
    }
  }
  if (edge.root() != now.root)
    return fail(
        ErrorCode::unverified,
        fmt::format("the entries of the log {} do not give the root that it signed", log.origin));
  TRY(writer.settle(written, now.size));
  TRY(writer.write("checkpoint", bytes));
  TRY(writer.settle({}, now.size));
  report.size = now.size;
  return report;
}

}  // namespace kiln::tlog
