// SPDX-License-Identifier: Apache-2.0
//
// Lock files as commands use them.
#pragma once
#include "cli/pipeline.hpp"
#include "plan/lock.hpp"

#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

Result<plan::Lock> read_lock_file(const Path& path);

// The plans that a lock has for tasks, in order. Fails (bad_input) when the lock lacks a platform
// or was made from a definition that has changed since.
Result<std::vector<plan::LockedPlan>> plans_from_lock(std::span<const Task> tasks,
                                                      const Path& path);

// Writes every input of a lock into a directory: packages as NAME_VERSION_ARCH.deb, local sources
// under their digest, and the lock as kiln.lock. Returns how many files that were.
Result<size_t> export_bundle(const plan::Lock& lock, const Path& directory, const Store& store);

}  // namespace kiln::cli
