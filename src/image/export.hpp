// SPDX-License-Identifier: Apache-2.0
//
// The tree of an image outside an image: one tar, or a directory.
#pragma once
#include "base/stop_check.hpp"
#include "rootfs/rootfs.hpp"
#include "store/store.hpp"

#include <string>
#include <vector>

namespace kiln::image {

// Writes the whole tree as one tar, whose bytes depend on the tree alone. The tree's payloads must
// be in the store.
Result<> write_tree_tar(const rootfs::Rootfs& rootfs, Store& store, Sink& sink);

// Writes the tree to a directory, which must be absent or empty; it appears whole or not at all,
// and stops when `stop` fails. The directory itself gets mode 0755, as the root of a container has.
// Only root can give files their owners, devices and privileged attributes; for everyone else they
// are left out. Returns what was left out, one sentence a kind.
Result<std::vector<std::string>> write_tree_directory(const rootfs::Rootfs& rootfs, Store& store,
                                                      const Path& directory,
                                                      const StopCheck& stop = {});

}  // namespace kiln::image
