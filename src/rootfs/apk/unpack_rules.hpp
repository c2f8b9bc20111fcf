// SPDX-License-Identifier: Apache-2.0
//
// apk's rules for what packages may share (apk-tools 2.14, asked):
//
// - A file of two packages: the later one's, when both have one origin; else the
//   replaces_priority of whoever replaces the other decides, and the later one wins a tie. Where
//   neither replaces the other apk refuses; here the same file may come twice and stays the
//   first's.
// - A directory belongs to the lowest user and group that a package gives it, with the permissions
//   that all packages that give it to them allow.
//
// A release is usr-merged when a package says so: it brings a link /bin -> usr/bin, or its loader
// lies in /usr/lib.
#pragma once
#include "rootfs/effects/effect.hpp"
#include "rootfs/unpack.hpp"

namespace kiln::rootfs::apk {

// The same in all effects policies.
UnpackRules unpack_rules(const PackageList& packages, int effects_policy);

}  // namespace kiln::rootfs::apk
