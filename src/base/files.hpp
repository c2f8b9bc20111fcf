// SPDX-License-Identifier: Apache-2.0
//
// The local disk: descriptors that close themselves, bounded reads, mappings, and writes that are
// whole and durable or not there at all (a temporary name in the same directory, fdatasync,
// rename, fsync of the directory).
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

using Path = std::filesystem::path;

// A file descriptor that is closed with its owner.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int number) : number_(number) {}
  Fd(Fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();
  int get() const { return number_; }
  explicit operator bool() const { return number_ >= 0; }

 private:
  int number_ = -1;
};

Result<Fd> open_file(const Path& path, int flags, unsigned mode = 0666);

// A file's bytes; more than `limit` is an error.
Result<std::string> read_file(const Path& path, uint64_t limit = 256U << 20);

// A read-only mapping of a whole file. An empty file maps to an empty view.
class MappedFile {
 public:
  static Result<MappedFile> open(const Path& path);
  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();
  std::string_view bytes() const { return {static_cast<const char*>(data_), size_}; }

 private:
  void* data_ = nullptr;
  size_t size_ = 0;
};

// Replaces a file by `bytes`, whole and durable; parents must exist. What AtomicFile says of pipes
// and links holds here, too.
Result<> write_file(const Path& path, std::string_view bytes, unsigned mode = 0644);

// A file in the making: bytes go to a temporary name beside `path`, commit() makes them durable and
// gives them their name; without commit() nothing remains. A symbolic link stays, and the file that
// it names is replaced. What is no file is never replaced: the bytes of a pipe, a character device
// or standard output go there at once (base/output_target.hpp), anything else is
// refused (bad_input).
class AtomicFile final : public Sink {
 public:
  static Result<AtomicFile> create(const Path& path, unsigned mode = 0644);
  AtomicFile(AtomicFile&&) noexcept = default;
  AtomicFile& operator=(AtomicFile&&) noexcept;
  ~AtomicFile() override;
  Result<> write(std::string_view bytes) override;
  Result<> commit();
  int fd() const { return fd_.get(); }
  uint64_t size() const { return size_; }

 private:
  AtomicFile() = default;
  void discard();
  Fd fd_;
  Path path_;
  Path temporary_;  // empty once committed or moved from, and for a stream
  uint64_t size_ = 0;
};

// Writes all of `bytes` at the descriptor's place.
Result<> write_all(int fd, std::string_view bytes);

// Like mkdir -p.
Result<> make_directories(const Path& path);

// Names in a directory, sorted, without "." and "..".
Result<std::vector<std::string>> list_directory(const Path& path);

// Removes a tree without following symbolic links; absent is fine.
Result<> remove_tree(const Path& path);

// Makes a rename or a new name in `directory` durable.
Result<> sync_directory(const Path& directory);

// A directory that is removed with its owner; below `parent` or the system's temporary place.
class TemporaryDirectory {
 public:
  static Result<TemporaryDirectory> create(const Path& parent = {});
  TemporaryDirectory(TemporaryDirectory&& other) noexcept
      : path_(std::exchange(other.path_, Path{})) {}
  TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept;
  ~TemporaryDirectory();
  const Path& path() const { return path_; }

 private:
  TemporaryDirectory() = default;
  Path path_;
};

// The normalised form of a path inside an image or archive: no leading "/" or "./", no empty or
// "." components, no trailing "/". Fails (corrupt) on ".." components, NUL bytes and paths over
// 4096 bytes. The root itself is "".
Result<std::string> clean_path(std::string_view path);

}  // namespace kiln
