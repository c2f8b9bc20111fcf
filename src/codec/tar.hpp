// SPDX-License-Identifier: Apache-2.0
//
// Tar archives: ustar with pax extended headers (POSIX.1-2008 pax, "ustar Interchange Format"),
// and on reading the GNU long names and base-256 numbers as well.
//
//   archive = *entry 2*(zero block) *(zero byte)
//   entry   = *extension header [data, padded with zeros to a block]
//   block   = 512 bytes
//
// The readers give what the archive says and clean nothing: use clean_path on paths. They refuse
// whatever two programs could read differently: sizes of things that have none, two extensions
// that say the same, bytes behind the end, sparse files.
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kiln {

enum class TarType { file, hard_link, symlink, character_device, block_device, directory, fifo };

struct TarEntry {
  std::string path;  // as in the archive: 1 to 4096 bytes without NUL
  TarType type = TarType::file;
  uint32_t mode = 0644;  // the permission bits, 07777 at most
  uint32_t uid = 0;
  uint32_t gid = 0;
  int64_t mtime = 0;  // whole seconds; fractions are dropped
  uint64_t size = 0;  // 0 for everything but files
  std::string link;   // target of a hard or symbolic link
  uint32_t device_major = 0;
  uint32_t device_minor = 0;
  std::map<std::string, std::string> xattrs;  // by name, from SCHILY.xattr.*
  std::string apk_sha1;      // of APK-TOOLS.checksum.SHA1, hexadecimal; not checked
  uint64_t data_offset = 0;  // where the content begins in the archive

  bool operator==(const TarEntry&) const = default;
};

// Whether an archive has to end with a zero block. The first segments of an apk do not.
enum class TarEnd { required, optional };

class TarParser;

// Walks an archive in memory, which must outlive it. All content it names lies in the archive.
class TarReader {
 public:
  explicit TarReader(std::string_view archive, TarEnd end = TarEnd::required);
  TarReader(TarReader&&) noexcept;
  TarReader& operator=(TarReader&&) noexcept;
  ~TarReader();

  // The next entry, nothing at the end. Fails with corrupt, limit (a name or an extension is too
  // long) or unsupported (sparse files, multi-volume archives); after that it cannot go on.
  Result<std::optional<TarEntry>> next();

  std::string_view content(const TarEntry& entry) const {
    return archive_.substr(entry.data_offset, entry.size);
  }

 private:
  std::string_view archive_;
  std::unique_ptr<TarParser> parser_;
};

// Walks an archive that comes from a source, which must outlive it, in bounded memory. It is itself
// the source of the content of the entry that next() gave last; what is not read is skipped.
class TarStream final : public Source {
 public:
  explicit TarStream(Source& from, TarEnd end = TarEnd::required);
  ~TarStream() override;

  // As TarReader::next. At the end the source has been read to its own end.
  Result<std::optional<TarEntry>> next();
  Result<size_t> read(char* buffer, size_t size) override;

 private:
  std::unique_ptr<TarParser> parser_;
};

// Writes archives whose bytes depend on nothing but the entries: plain ustar, with one extended
// header before an entry that has xattrs or a value too large for its field.
class TarWriter {
 public:
  // 1024 zeros.
  static const std::string_view k_end_of_archive;
  // The zeros between content of this size and the next header.
  static std::string_view padding_for(uint64_t size);
  // All blocks that stand before an entry's content. A directory's path gets a "/" at its end.
  // Fails with limit or corrupt on what no archive can hold, such as a NUL in a path.
  static Result<std::string> header_bytes(const TarEntry& entry);

  explicit TarWriter(Sink& to) : to_(to) {}
  // Writes one entry; `content` has entry.size bytes.
  Result<> add(const TarEntry& entry, std::string_view content = {});
  Result<> finish() { return to_.write(k_end_of_archive); }

 private:
  Sink& to_;
};

}  // namespace kiln
