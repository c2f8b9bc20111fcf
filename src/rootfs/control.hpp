// SPDX-License-Identifier: Apache-2.0
//
// A package's control members: scripts and what it says of itself.
#pragma once
#include "packages/unpacked.hpp"

#include <string_view>

namespace kiln::rootfs {

// A control member's text, or an empty one.
std::string_view control_member(const packages::UnpackedPackage& package, std::string_view name);

}  // namespace kiln::rootfs
