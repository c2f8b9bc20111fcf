// SPDX-License-Identifier: Apache-2.0
//
// Dropped-paths policies: which files of packages an image leaves out. Numbered, described in
// docs/policies.md and never changed once released, because they decide an image's bytes.
#pragma once
#include "model/file_type.hpp"

#include <span>
#include <string_view>

namespace kiln::rootfs {

inline constexpr int k_newest_dropped_paths_policy = 1;

// Whether a policy leaves out a package's member at this clean path. Policy 0 drops nothing.
bool is_dropped(int policy, std::string_view path, model::FileType type);

}  // namespace kiln::rootfs
