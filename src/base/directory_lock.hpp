// SPDX-License-Identifier: Apache-2.0
//
// A lock on a directory of one's own (flock), held as long as its owner lives, in whatever PID
// namespace or container: what a killed process left is known by its lock being free.
#pragma once
#include "base/files.hpp"

namespace kiln {

struct DirectoryLock {
  enum class How {
    ours,
    unsupported,  // by the file system
    no,           // somebody else has it, or the directory is not there, or was just removed
  };
  How how = How::no;
  Fd directory;  // when it is ours: unlocks when it closes
};

// Never waits, and follows no symbolic link.
DirectoryLock lock_directory(const Path& path);

}  // namespace kiln
