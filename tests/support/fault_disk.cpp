// SPDX-License-Identifier: Apache-2.0
#include "support/fault_disk.hpp"

#include "support/result_matchers.hpp"

#include <cerrno>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::testing {

namespace {

struct stat info_of(int fd) {
  struct stat info = {};
  if (::fstat(fd, &info) != 0) throw std::runtime_error("fstat failed");
  return info;
}

void must(bool done, const char* what) {
  if (!done) throw std::runtime_error(fmt::format("the simulated power cut cannot {}", what));
}

}  // namespace

FaultDisk::FaultDisk(const Path& parent) : attic_(value(TemporaryDirectory::create(parent))) {}

void FaultDisk::fail_once(size_t operation, int errno_value) {
  count_ = 0;
  fail_at_ = operation;
  errno_value_ = errno_value;
  for_ever_ = false;
}

void FaultDisk::cut_power(size_t operation) {
  fail_once(operation, EIO);
  for_ever_ = true;
}

Result<> FaultDisk::step() {
  ++count_;
  if (fail_at_ != 0 && (for_ever_ ? count_ >= fail_at_ : count_ == fail_at_))
    return fail_errno("injected failure", errno_value_);
  return {};
}

Path FaultDisk::keep_in_attic(const Path& path) {
  struct stat info = {};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  Path kept = attic_.path() / std::to_string(in_attic_++);
  must(::link(path.c_str(), kept.c_str()) == 0, "keep a file");
  return kept;
}

Result<Fd> FaultDisk::create(const Path& path) {
  TRY(step());
  Fd fd = TRY(real_disk().create(path));
  changes_.push_back({Change::Kind::create, path, {}, {}});
  files_[info_of(fd.get()).st_ino] = {Fd(::dup(fd.get())), 0};
  return fd;
}

// A file that was there before: what it has is durable.
void FaultDisk::track(int fd) {
  struct stat info = info_of(fd);
  if (!files_.contains(info.st_ino))
    files_[info.st_ino] = {Fd(::dup(fd)), static_cast<uint64_t>(info.st_size)};
}

Result<> FaultDisk::write(int fd, std::string_view bytes) {
  track(fd);
  if (auto fine = step(); !fine) {
    // A full disk often takes a part of the bytes.
    TRY(real_disk().write(fd, bytes.substr(0, bytes.size() / 2)));
    return fine;
  }
  return real_disk().write(fd, bytes);
}

Result<> FaultDisk::sync(int fd, const Path& path) {
  TRY(step());
  track(fd);
  struct stat info = info_of(fd);
  files_[info.st_ino].synced = static_cast<uint64_t>(info.st_size);
  return real_disk().sync(fd, path);
}

Result<> FaultDisk::rename(const Path& from, const Path& to) {
  TRY(step());
  changes_.push_back({Change::Kind::rename, to, from, keep_in_attic(to)});
  return real_disk().rename(from, to);
}

Result<bool> FaultDisk::link(const Path& file, const Path& name) {
  TRY(step());
  bool made = TRY(real_disk().link(file, name));
  if (made) changes_.push_back({Change::Kind::create, name, {}, {}});
  return made;
}

Result<> FaultDisk::sync_directory(const Path& path) {
  TRY(step());
  std::erase_if(changes_, [&](const Change& change) { return change.parent() == path; });
  return real_disk().sync_directory(path);
}

Result<> FaultDisk::make_directory(const Path& path) {
  TRY(step());
  bool is_new = !std::filesystem::exists(path);
  TRY(real_disk().make_directory(path));
  if (is_new) changes_.push_back({Change::Kind::make_directory, path, {}, {}});
  return {};
}

Result<> FaultDisk::remove(const Path& path) {
  TRY(step());
  if (Path kept = keep_in_attic(path); !kept.empty())
    changes_.push_back({Change::Kind::remove, path, {}, kept});
  return real_disk().remove(path);
}

void FaultDisk::lose(Loss loss, std::mt19937_64& random) {
  size_t stay = loss == Loss::bytes        ? changes_.size()
                : loss == Loss::some_names ? random() % (changes_.size() + 1)
                                           : 0;
  for (auto& [inode, file] : files_) lose_bytes(file, loss, random);
  while (changes_.size() > stay) {
    undo(changes_.back());
    changes_.pop_back();
  }
  changes_.clear();
  files_.clear();
  fail_at_ = 0;
}

void FaultDisk::lose_bytes(const File& file, Loss loss, std::mt19937_64& random) {
  auto size = static_cast<uint64_t>(info_of(file.fd.get()).st_size);
  if (size <= file.synced) return;
  timespec time = info_of(file.fd.get()).st_mtim;
  uint64_t left = file.synced;
  if (loss == Loss::some_names) left += random() % (size - file.synced);
  must(::ftruncate(file.fd.get(), static_cast<off_t>(left)) == 0, "cut a file");
  // The size may have reached the disk although the bytes did not: then they read as zeros.
  if (random() % 2 == 0)
    must(::ftruncate(file.fd.get(), static_cast<off_t>(size)) == 0, "lengthen a file");
  // Names and times may have reached it before; the machine's next start has another mark.
  if (time.tv_nsec != 0) time.tv_nsec = time.tv_nsec == 1 ? 2 : time.tv_nsec - 1;
  timespec times[2] = {time, time};
  must(::futimens(file.fd.get(), times) == 0, "keep a file's time");
}

void FaultDisk::undo(const Change& change) {
  std::error_code ignored;
  switch (change.kind) {
    case Change::Kind::create:
      std::filesystem::remove(change.path, ignored);
      break;
    case Change::Kind::make_directory:
      std::filesystem::remove_all(change.path, ignored);
      break;
    case Change::Kind::rename:
      if (std::filesystem::exists(change.path) &&
          std::filesystem::exists(change.from.parent_path()))
        std::filesystem::rename(change.path, change.from);
      std::filesystem::remove(change.path, ignored);
      break;
    case Change::Kind::remove:
      break;
  }
  if (!change.attic.empty() && std::filesystem::exists(change.path.parent_path()))
    std::filesystem::rename(change.attic, change.path);
}

}  // namespace kiln::testing
