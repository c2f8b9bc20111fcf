// SPDX-License-Identifier: Apache-2.0
#include "base/files.hpp"

#include "base/output_target.hpp"
#include "base/strings.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln {

namespace {

std::string temporary_name() {
  static std::atomic<uint64_t> counter = 0;
  return fmt::format(".kiln-{}-{}.tmp", ::getpid(), counter++);
}

// Speaks of the file that was wanted, and not of its temporary name.
Error cannot_create(const Path& path, Error error) {
  error.message =
      fmt::format("cannot create {}{}", path.string(),
                  error.message.substr(std::min(error.message.rfind(": "), error.message.size())));
  Path directory = path.parent_path();
  std::error_code ignored;
  if (!directory.empty() && !std::filesystem::exists(directory, ignored)) {
    error.message = fmt::format("cannot create {}: there is no directory {}", path.string(),
                                directory.string());
    error.hint = fmt::format("make it first: mkdir -p {}", directory.string());
  }
  return error;
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  std::swap(number_, other.number_);
  return *this;
}

Fd::~Fd() {
  if (number_ >= 0) ::close(number_);
}

Result<Fd> open_file(const Path& path, int flags, unsigned mode) {
  int number;
  do {
    number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  } while (number < 0 && errno == EINTR);
  if (number < 0) return fail_errno(fmt::format("cannot open {}", path.string()), errno);
  return Fd(number);
}

Result<std::string> read_file(const Path& path, uint64_t limit) {
  Fd fd = TRY(open_file(path, O_RDONLY));
  std::string bytes;
  struct stat info = {};
  if (::fstat(fd.get(), &info) == 0) {
    if (S_ISDIR(info.st_mode))
      return fail(ErrorCode::bad_input, fmt::format("{} is a directory", path.string()));
    bytes.reserve(std::min<uint64_t>(static_cast<uint64_t>(info.st_size), limit));
  }
  char buffer[65536];
  while (true) {
    ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(fmt::format("cannot read {}", path.string()), errno);
    if (got == 0) return bytes;
    if (bytes.size() + static_cast<size_t>(got) > limit)
      return fail(ErrorCode::limit, fmt::format("{} is larger than the {} accepted", path.string(),
                                                human_size(limit)));
    bytes.append(buffer, static_cast<size_t>(got));
  }
}

Result<MappedFile> MappedFile::open(const Path& path) {
  Fd fd = TRY(open_file(path, O_RDONLY));
  struct stat info = {};
  if (::fstat(fd.get(), &info) != 0)
    return fail_errno(fmt::format("cannot read {}", path.string()), errno);
  if (!S_ISREG(info.st_mode))
    return fail(ErrorCode::bad_input, fmt::format("{} is not a regular file", path.string()));
  MappedFile file;
  file.size_ = static_cast<size_t>(info.st_size);
  if (file.size_ == 0) return file;
  void* data = ::mmap(nullptr, file.size_, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (data == MAP_FAILED) {
    file.size_ = 0;
    return fail_errno(fmt::format("cannot map {}", path.string()), errno);
  }
  file.data_ = data;
  return file;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

Result<> write_file(const Path& path, std::string_view bytes, unsigned mode) {
  AtomicFile file = TRY(AtomicFile::create(path, mode));
  TRY(file.write(bytes));
  return file.commit();
}

Result<AtomicFile> AtomicFile::create(const Path& path, unsigned mode) {
  AtomicFile file;
  OutputTarget target = TRY(find_output_target(path));
  file.path_ = std::move(target.path);
  if (target.stream) {
    file.fd_ = std::move(*target.stream);
    return file;
  }
  Path temporary = file.path_.parent_path() / temporary_name();
  Result<Fd> opened = open_file(temporary, O_RDWR | O_CREAT | O_EXCL, mode);
  if (!opened) return std::unexpected(cannot_create(file.path_, std::move(opened.error())));
  file.fd_ = std::move(*opened);
  file.temporary_ = std::move(temporary);
  return file;
}

AtomicFile& AtomicFile::operator=(AtomicFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  std::swap(temporary_, other.temporary_);
  std::swap(size_, other.size_);
  return *this;
}

AtomicFile::~AtomicFile() {
  discard();
}

void AtomicFile::discard() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
  temporary_.clear();
}

Result<> AtomicFile::write(std::string_view bytes) {
  size_ += bytes.size();
  return with_context(write_all(fd_.get(), bytes), fmt::format("writing {}", output_name(path_)));
}

Result<> AtomicFile::commit() {
  if (temporary_.empty()) return {};
  if (::fdatasync(fd_.get()) != 0)
    return fail_errno(fmt::format("cannot write {}", path_.string()), errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0)
    return fail_errno(fmt::format("cannot create {}", path_.string()), errno);
  temporary_.clear();
  return sync_directory(path_.parent_path());
}

Result<> write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno("cannot write", errno);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<> make_directories(const Path& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error)
    return fail_errno(fmt::format("cannot create directory {}", path.string()), error.value());
  return {};
}

Result<std::vector<std::string>> list_directory(const Path& path) {
  std::vector<std::string> names;
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return fail_errno(fmt::format("cannot list {}", path.string()), errno);
  while (const dirent* entry = ::readdir(directory)) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(directory);
  std::sort(names.begin(), names.end());
  return names;
}

Result<> remove_tree(const Path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return fail_errno(fmt::format("cannot remove {}", path.string()), error.value());
  return {};
}

Result<> sync_directory(const Path& directory) {
  Path place = directory.empty() ? Path(".") : directory;
  Fd fd = TRY(open_file(place, O_RDONLY | O_DIRECTORY));
  if (::fsync(fd.get()) != 0)
    return fail_errno(fmt::format("cannot sync {}", place.string()), errno);
  return {};
}

Result<TemporaryDirectory> TemporaryDirectory::create(const Path& parent) {
  std::error_code error;
  Path base = parent.empty() ? std::filesystem::temp_directory_path(error) : parent;
  std::string pattern = (base / "kiln-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr)
    return fail_errno(fmt::format("cannot create a directory in {}", base.string()), errno);
  TemporaryDirectory directory;
  directory.path_ = pattern;
  return directory;
}

TemporaryDirectory& TemporaryDirectory::operator=(TemporaryDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

Result<std::string> clean_path(std::string_view path) {
  constexpr size_t k_longest = 4096;
  if (path.size() > k_longest)
    return fail(ErrorCode::corrupt, fmt::format("path of {} bytes is too long", path.size()));
  if (path.find('\0') != std::string_view::npos)
    return fail(ErrorCode::corrupt, fmt::format("path {} holds a NUL byte", printable(path)));
  std::string clean;
  while (!path.empty()) {
    std::string_view part = take_until(path, '/');
    if (part.empty() || part == ".") continue;
    if (part == "..") return fail(ErrorCode::corrupt, "path leads out of its root by \"..\"");
    if (!clean.empty()) clean += '/';
    clean += part;
  }
  return clean;
}

}  // namespace kiln
