// SPDX-License-Identifier: Apache-2.0
//
// One process at a time changes a layout directory. The lock is on the directory itself (flock), so
// that nothing but the layout lies there; as a changed layout takes its name by an exchange, the
// one that waited looks whether the name still means the directory that it locked.
#pragma once
#include "base/files.hpp"

#include <chrono>

namespace kiln::oci {

// Locked until the result goes away. Fails with io when another process keeps the lock for longer
// than `patience`. Where the file system has no such locks (some network file systems) the result
// is empty, and the layout is not protected.
Result<Fd> lock_layout(const Path& directory,
                       std::chrono::milliseconds patience = std::chrono::minutes(1));

}  // namespace kiln::oci
