// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/effects/effects.hpp"

namespace kiln::rootfs::apk {

namespace {

using enum SimpleFile::Kind;

constexpr SimpleFile k_files[] = {
    {"chrony", ownership, "etc/chrony", {}, 0755, "chrony", "chrony"},
    {"chrony", ownership, "var/lib/chrony", {}, 0755, "chrony", "chrony"},
    {"chrony", ownership, "var/log/chrony", {}, 02755, "chrony", "chrony"},
    {"dhcpcd", ownership, "var/lib/dhcpcd", {}, 02755, "dhcpcd", "dhcpcd"},
};

}  // namespace

std::span<const SimpleFile> simple_files() {
  return k_files;
}

}  // namespace kiln::rootfs::apk
