// SPDX-License-Identifier: Apache-2.0
//
// What assembling a tree needs to know of a Debian package's control members: single fields, the
// Replaces relation, the list of configuration files.
#pragma once
#include "packages/unpacked.hpp"
#include "rootfs/control.hpp"

#include <set>
#include <string>
#include <string_view>

namespace kiln::rootfs::deb {

// A field of the package's control stanza as it stands there; empty when it is absent.
std::string_view control_field(const packages::UnpackedPackage& package, std::string_view name);

// Whether `package` declares that its files may take the place of those of `other`
// (Replaces: other (op version), deb-control(5)).
bool replaces(const packages::UnpackedPackage& package, const packages::UnpackedPackage& other);

// Clean paths of the package's configuration files.
std::set<std::string, std::less<>> conffiles(const packages::UnpackedPackage& package);

}  // namespace kiln::rootfs::deb
