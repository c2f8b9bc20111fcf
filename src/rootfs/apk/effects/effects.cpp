// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/effects/effects.hpp"

namespace kiln::rootfs::apk {

namespace {

constexpr Effect k_effects[] = {
    {"base-directories", "*", "the directories that every system expects", make_base_directories},
    {"busybox", "busybox busybox-suid busybox-extras",
     "a link for each applet whose name no package has", make_applet_links},
};

}  // namespace

std::span<const Effect> effects() {
  return k_effects;
}

}  // namespace kiln::rootfs::apk
