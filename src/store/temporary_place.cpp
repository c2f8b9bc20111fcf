// SPDX-License-Identifier: Apache-2.0
#include "store/temporary_place.hpp"

#include "base/directory_lock.hpp"

#include <random>

#include <fmt/format.h>
#include <unistd.h>

namespace kiln {

namespace {

constexpr int k_attempts = 100;

std::string random_name() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

}  // namespace

Result<std::unique_ptr<TemporaryPlace>> TemporaryPlace::create(const Path& parent, Disk& disk) {
  // Another process that cleans up may take a new directory for an abandoned one before it is
  // locked; then this one begins again.
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    Path path = parent / random_name();
    TRY(disk.make_directory(path));
    DirectoryLock lock = lock_directory(path);
    if (lock.how == DirectoryLock::How::ours)
      return std::unique_ptr<TemporaryPlace>(
          new TemporaryPlace(std::move(path), std::move(lock.directory), disk));
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
    DirectoryLock lock = lock_directory(place);
    if (lock.how != DirectoryLock::How::ours) continue;
    for (const std::string& file : TRY(list_directory(place))) TRY(disk.remove(place / file));
    TRY(disk.remove(place));
  }
  return {};
}

}  // namespace kiln
