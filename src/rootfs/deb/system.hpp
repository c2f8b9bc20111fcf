// SPDX-License-Identifier: Apache-2.0
//
// Debian's rules for file trees.
#pragma once
#include "rootfs/system.hpp"

namespace kiln::rootfs::deb {

const System& debian();

}  // namespace kiln::rootfs::deb
