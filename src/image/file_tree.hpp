// SPDX-License-Identifier: Apache-2.0
//
// The tree that a stack of layers unpacks to, as a value: later layers replace what earlier ones
// left, whiteouts remove it (image-spec, layer.md), and parents that are symbolic links are
// followed inside the tree, as engines do. Layers may come from anyone: nothing touches the disk,
// and entries, names and kept bytes are bounded.
#pragma once
#include "base/time.hpp"
#include "codec/tar.hpp"
#include "crypto/digest.hpp"
#include "model/file_type.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace kiln::image {

struct TreeFile {
  model::FileType type = model::FileType::file;
  uint32_t mode = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  UnixTime mtime = 0;
  uint64_t size = 0;            // of a file or hard link
  Digest sha256;                // of its content; zero for everything else
  std::array<char, 20> sha1{};  // likewise, when the tree was asked for it
  std::string link;             // symlink: text; hard link: the path it was linked to
  std::map<std::string, std::string> xattrs;
  uint32_t device_major = 0;
  uint32_t device_minor = 0;
  size_t layer = 0;  // number of the layer that it comes from, base first
};

// SPDX 2.3 wants SHA-1 beside SHA-256; nothing else does.
enum class FileHashes { sha256, sha256_and_sha1 };

class FileTree {
 public:
  explicit FileTree(FileHashes hashes = FileHashes::sha256) : hashes_(hashes) {}

  using Files = std::map<std::string, TreeFile, std::less<>>;

  // Applies the next layer: the bytes of its uncompressed tar. Fails with corrupt on what no engine
  // would unpack, with limit on too much of it.
  Result<> apply(Source& layer);

  // Clean path -> what lies there, sorted.
  const Files& files() const { return files_; }
  // The bytes of a file that tells of packages, their licences or the distribution; null for every
  // other file.
  const std::string* kept_bytes(std::string_view path) const;
  size_t layers() const { return layer_; }

 private:
  Result<> apply_entry(const TarEntry& entry, TarStream& tar);
  Result<std::string> resolve_parent(std::string_view directory);
  Result<> remove_whiteout(const std::string& directory, std::string_view name);
  Result<TreeFile> make_file(const TarEntry& entry, const std::string& path, TarStream& tar);
  Result<> link_file(const TarEntry& entry, TreeFile& file);
  Result<> read_content(const std::string& path, TreeFile& file, TarStream& tar);
  Result<> insert(std::string path, TreeFile file);
  Result<> count(uint64_t bytes);
  Result<> remove_below(const std::string& path, bool older_only);
  bool has_below(const std::string& path) const;

  FileHashes hashes_;
  Files files_;
  std::map<Digest, std::string> kept_;  // by content
  size_t layer_ = 0;
  uint64_t entries_ = 0;
  uint64_t bytes_ = 0;
  uint64_t looked_at_ = 0;
};

}  // namespace kiln::image
