// SPDX-License-Identifier: Apache-2.0
#include "image/file_tree.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "distributions/distributions.hpp"

#include <algorithm>
#include <array>
#include <ranges>
#include <set>
#include <vector>

#include <fmt/format.h>

namespace kiln::image {

namespace {

using model::FileType;

constexpr uint64_t k_max_entries = 4'000'000;
constexpr uint64_t k_max_bytes = uint64_t{1} << 30;  // of names, attributes and kept content
constexpr uint64_t k_max_kept = 64U << 20;           // of one kept file
constexpr uint64_t k_max_looked_at = 200'000'000;    // files, for all whiteouts together
constexpr size_t k_max_links = 40;                   // as Linux follows
constexpr std::string_view k_whiteout = ".wh.";
constexpr std::string_view k_opaque = ".wh..wh..opq";
constexpr std::string_view k_meta = ".wh..wh.";

bool is_kept(std::string_view path) {
  constexpr std::array<std::string_view, 3> k_patterns = {"etc/os-release", "usr/lib/os-release",
                                                          "usr/share/doc/*/copyright"};
  auto matches = [&](std::string_view pattern) { return glob_match(pattern, path); };
  return std::ranges::any_of(k_patterns, matches) ||
         std::ranges::any_of(all_distributions(), [&](const packages::Distribution* one) {
           return std::ranges::any_of(one->database_files(), matches);
         });
}

// Hashes what is read through it.
class Sha1Source final : public Source {
 public:
  explicit Sha1Source(Source& from) : from_(from) {}
  Result<size_t> read(char* buffer, size_t size) override {
    size_t got = TRY(from_.read(buffer, size));
    hasher_.update({buffer, got});
    return got;
  }
  std::array<char, 20> finish() {
    std::string raw = hasher_.finish();
    std::array<char, 20> value{};
    std::ranges::copy(raw, value.begin());
    return value;
  }

 private:
  Source& from_;
  Hasher hasher_{HashAlgorithm::sha1};
};

FileType file_type(TarType type) {
  switch (type) {
    case TarType::file:
      return FileType::file;
    case TarType::hard_link:
      return FileType::hard_link;
    case TarType::symlink:
      return FileType::symlink;
    case TarType::character_device:
      return FileType::character_device;
    case TarType::block_device:
      return FileType::block_device;
    case TarType::directory:
      return FileType::directory;
    case TarType::fifo:
      return FileType::fifo;
  }
  return FileType::file;
}

std::pair<std::string_view, std::string_view> split_last(std::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {{}, path};
  return {path.substr(0, slash), path.substr(slash + 1)};
}

std::string joined(std::string_view directory, std::string_view name) {
  return directory.empty() ? std::string(name) : fmt::format("{}/{}", directory, name);
}

// Takes the last component away; the root's parent is the root.
void go_up(std::string& path) {
  size_t slash = path.rfind('/');
  path.resize(slash == std::string::npos ? 0 : slash);
}

}  // namespace

Result<> FileTree::apply(Source& layer) {
  TarStream tar(layer);
  while (std::optional<TarEntry> entry = TRY(tar.next()))
    TRY_CONTEXT(apply_entry(*entry, tar), fmt::format("unpacking {}", printable(entry->path)));
  ++layer_;
  return {};
}

const std::string* FileTree::kept_bytes(std::string_view path) const {
  auto file = files_.find(path);
  if (file == files_.end() || !is_kept(path)) return nullptr;
  auto kept = kept_.find(file->second.sha256);
  return kept == kept_.end() ? nullptr : &kept->second;
}

Result<> FileTree::count(uint64_t bytes) {
  if (++entries_ > k_max_entries)
    return fail(ErrorCode::limit, fmt::format("more than {} files in an image", k_max_entries));
  bytes_ += bytes;
  if (bytes_ > k_max_bytes)
    return fail(ErrorCode::limit,
                fmt::format("more than {} of file names and attributes in an image",
                            human_size(k_max_bytes)));
  return {};
}

Result<> FileTree::apply_entry(const TarEntry& entry, TarStream& tar) {
  std::string clean = TRY(clean_path(entry.path));
  if (clean.empty()) return {};
  auto [directory_text, name] = split_last(clean);
  std::string directory = TRY(resolve_parent(directory_text));
  if (name == k_opaque) return remove_below(directory, true);
  if (name.starts_with(k_meta)) return {};
  if (name.starts_with(k_whiteout))
    return remove_whiteout(directory, name.substr(k_whiteout.size()));
  std::string path = joined(directory, name);
  TreeFile file = TRY(make_file(entry, path, tar));
  return insert(std::move(path), std::move(file));
}

// Walks down to a directory, through symbolic links; components that are not there become
// directories, as engines make them. Text left to walk shrinks with each step but for links, which
// are counted.
Result<std::string> FileTree::resolve_parent(std::string_view directory) {
  std::string done;
  std::string rest(directory);
  size_t links = 0;
  while (!rest.empty()) {
    size_t slash = rest.find('/');
    std::string name = rest.substr(0, slash);
    rest.erase(0, slash == std::string::npos ? rest.size() : slash + 1);
    if (name.empty() || name == ".") continue;
    if (name == "..") {
      go_up(done);
      continue;
    }
    std::string path = joined(done, name);
    auto found = files_.find(path);
    if (found == files_.end()) {
      TreeFile made;
      made.type = FileType::directory;
      made.mode = 0755;
      made.layer = layer_;
      TRY(insert(path, std::move(made)));
    } else if (found->second.type == FileType::symlink) {
      if (++links > k_max_links)
        return fail(ErrorCode::corrupt,
                    fmt::format("too many symbolic links in {}", printable(directory)));
      const std::string& target = found->second.link;
      if (target.starts_with('/')) done.clear();
      rest = target + "/" + rest;
      continue;
    } else if (found->second.type != FileType::directory) {
      return fail(ErrorCode::corrupt, fmt::format("{} is not a directory", printable(path)));
    }
    done = std::move(path);
  }
  return done;
}

Result<> FileTree::remove_whiteout(const std::string& directory, std::string_view name) {
  if (name.empty() || name == "." || name == "..")
    return fail(ErrorCode::corrupt, "a whiteout that names nothing");
  std::string path = joined(directory, name);
  auto found = files_.find(path);
  if (found == files_.end()) return {};
  TRY(remove_below(path, true));
  if (found->second.layer < layer_ && !has_below(path)) files_.erase(found);
  return {};
}

Result<TreeFile> FileTree::make_file(const TarEntry& entry, const std::string& path,
                                     TarStream& tar) {
  TreeFile file;
  file.type = file_type(entry.type);
  file.mode = entry.mode;
  file.uid = entry.uid;
  file.gid = entry.gid;
  file.mtime = entry.mtime;
  file.size = entry.size;
  file.xattrs = entry.xattrs;
  file.device_major = entry.device_major;
  file.device_minor = entry.device_minor;
  file.layer = layer_;
  if (file.type == FileType::symlink) file.link = entry.link;
  if (file.type == FileType::hard_link) TRY(link_file(entry, file));
  if (file.type == FileType::file) TRY(read_content(path, file, tar));
  return file;
}

// A hard link has the content and metadata of what it was linked to.
Result<> FileTree::link_file(const TarEntry& entry, TreeFile& file) {
  std::string clean = TRY(clean_path(entry.link));
  auto [directory, name] = split_last(clean);
  std::string path = joined(TRY(resolve_parent(directory)), name);
  auto found = files_.find(path);
  if (found == files_.end() || found->second.type == FileType::directory)
    return fail(ErrorCode::corrupt,
                fmt::format("a hard link to {}, which is no file", printable(path)));
  bool again = found->second.type == FileType::hard_link;
  std::string link = again ? found->second.link : path;
  file = found->second;
  if (file.type == FileType::file || again) {
    file.type = FileType::hard_link;
    file.link = std::move(link);
  }
  file.layer = layer_;
  return {};
}

Result<> FileTree::read_content(const std::string& path, TreeFile& file, TarStream& tar) {
  MemorySink keep(k_max_kept);
  HashSink hash(is_kept(path) ? &keep : nullptr);
  if (hashes_ == FileHashes::sha256_and_sha1) {
    Sha1Source both(tar);
    TRY(copy(both, hash));
    file.sha1 = both.finish();
  } else {
    TRY(copy(tar, hash));
  }
  file.sha256 = hash.finish();
  if (!is_kept(path)) return {};
  TRY(count(keep.bytes().size()));
  kept_.insert_or_assign(file.sha256, keep.take());
  return {};
}

Result<> FileTree::insert(std::string path, TreeFile file) {
  uint64_t bytes = path.size() + file.link.size() + sizeof(TreeFile);
  for (const auto& [name, value] : file.xattrs) bytes += name.size() + value.size();
  TRY(count(bytes));
  auto found = files_.find(path);
  bool stays_directory = found != files_.end() && found->second.type == FileType::directory &&
                         file.type == FileType::directory;
  if (found != files_.end() && !stays_directory) TRY(remove_below(path, false));
  files_.insert_or_assign(std::move(path), std::move(file));
  return {};
}

// Everything below a path; or only what earlier layers put there, without the directories that
// hold something of this layer.
Result<> FileTree::remove_below(const std::string& path, bool older_only) {
  std::string prefix = path.empty() ? "" : path + "/";
  std::vector<Files::iterator> below;
  for (auto file = files_.lower_bound(prefix);
       file != files_.end() && file->first.starts_with(prefix); ++file)
    below.push_back(file);
  looked_at_ += below.size();
  if (looked_at_ > k_max_looked_at)
    return fail(ErrorCode::limit, "the whiteouts of an image take too long to apply");
  std::set<std::string, std::less<>> needed;
  for (auto file : below | std::views::reverse) {
    bool stays = older_only && (file->second.layer == layer_ || needed.contains(file->first));
    if (stays)
      needed.emplace(split_last(file->first).first);
    else
      files_.erase(file);
  }
  return {};
}

bool FileTree::has_below(const std::string& path) const {
  auto next = files_.lower_bound(path + "/");
  return next != files_.end() && next->first.starts_with(path + "/");
}

}  // namespace kiln::image
