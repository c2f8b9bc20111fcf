// SPDX-License-Identifier: Apache-2.0
//
// apk's database of an image, for scanners and for apk itself.
//
// Every image has lib/apk/db/installed (through a link /lib where there is one), sorted by name.
// Dev images have what apk needs beside it: scripts.tar, triggers, and in etc/apk world (what the
// definition asks for) and arch. A dependency that the definition cut is left out there, since apk
// would otherwise refuse to install anything.
#pragma once
#include "rootfs/effects/effect.hpp"

namespace kiln::rootfs::apk {

Result<> make_package_database(Scene& scene);

}  // namespace kiln::rootfs::apk
