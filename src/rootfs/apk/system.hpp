// SPDX-License-Identifier: Apache-2.0
//
// Alpine's rules for file trees.
#pragma once
#include "rootfs/system.hpp"

namespace kiln::rootfs::apk {

const System& alpine();

}  // namespace kiln::rootfs::apk
