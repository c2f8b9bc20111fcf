// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/effects/effects.hpp"

namespace kiln::rootfs::apk {

namespace {

constexpr Effect k_effects[] = {
    {"base-directories", "*", "the directories that every system expects", make_base_directories},
    {"busybox", "busybox busybox-suid busybox-extras",
     "a link for each applet whose name no package has", make_applet_links},
    {"ca-certificates", "ca-certificates",
     "the bundle of trusted certificates, a link for each and links by subject hash",
     make_certificates},
    {"tiny-cloud", "tiny-cloud-alpine tiny-cloud-nocloud", "/etc/tiny-cloud.conf for that cloud",
     make_tiny_cloud_configuration},
    {"apk", "apk-tools", "dev images: the repositories and the keys that sign them",
     make_apk_configuration},
};

}  // namespace

std::span<const Effect> effects() {
  return k_effects;
}

}  // namespace kiln::rootfs::apk
