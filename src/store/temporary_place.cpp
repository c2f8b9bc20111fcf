// SPDX-License-Identifier: Apache-2.0
#include "store/temporary_place.hpp"

#include <random>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln {

namespace {

constexpr int k_attempts = 100;

std::string random_name() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

// Opens and locks a directory; no value when somebody else has it or has just removed it.
Fd lock_directory(const Path& path) {
  auto fd = open_file(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!fd || ::flock(fd->get(), LOCK_EX | LOCK_NB) != 0) return Fd();
  struct stat info = {};
  if (::fstat(fd->get(), &info) != 0 || info.st_nlink == 0) return Fd();
  return std::move(*fd);
}

}  // namespace

Result<std::unique_ptr<TemporaryPlace>> TemporaryPlace::create(const Path& parent, Disk& disk) {
  // Another process that cleans up may take a new directory for an abandoned one before it is
  // locked; then this one begins again.
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    Path path = parent / random_name();
    TRY(disk.make_directory(path));
    if (Fd lock = lock_directory(path))
      return std::unique_ptr<TemporaryPlace>(
          new TemporaryPlace(std::move(path), std::move(lock), disk));
  }
  return fail(ErrorCode::io,
              fmt::format("cannot lock a directory of our own in {}", parent.string()),
              "the file system of the store must support flock");
}

TemporaryPlace::~TemporaryPlace() {
  (void)disk_.remove(path_);
}

Path TemporaryPlace::next() {
  return path_ / fmt::format("{}-{}", ::getpid(), count_++);
}

Result<> remove_abandoned_places(const Path& parent, Disk& disk) {
  for (const std::string& name : TRY(list_directory(parent))) {
    Path place = parent / name;
    Fd lock = lock_directory(place);
    if (!lock) continue;
    for (const std::string& file : TRY(list_directory(place))) TRY(disk.remove(place / file));
    TRY(disk.remove(place));
  }
  return {};
}

}  // namespace kiln
