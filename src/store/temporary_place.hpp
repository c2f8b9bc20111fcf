// SPDX-License-Identifier: Apache-2.0
//
// Where a process writes files before they get their names: a directory of its own below a shared
// one. Its owner holds a lock (flock) on it for as long as it lives, in whatever PID namespace or
// container, so what a killed process left is found by its lock being free.
#pragma once
#include "store/disk.hpp"

#include <atomic>
#include <memory>

namespace kiln {

class TemporaryPlace {
 public:
  // Makes parent/<random name> and locks it; `parent` must exist.
  static Result<std::unique_ptr<TemporaryPlace>> create(const Path& parent, Disk& disk);
  ~TemporaryPlace();
  TemporaryPlace(const TemporaryPlace&) = delete;
  TemporaryPlace& operator=(const TemporaryPlace&) = delete;

  // A path in it that no thread or forked child got before.
  Path next();

 private:
  TemporaryPlace(Path path, Fd lock, Disk& disk)
      : path_(std::move(path)), lock_(std::move(lock)), disk_(disk) {}
  Path path_;
  Fd lock_;
  Disk& disk_;
  std::atomic<uint64_t> count_ = 0;
};

// Removes the places below `parent` whose owners are gone.
Result<> remove_abandoned_places(const Path& parent, Disk& disk);

}  // namespace kiln
