// SPDX-License-Identifier: Apache-2.0
//
// The record of the packages in an image, for scanners and for apt.
//
// Runtime images have the form that distroless images made known: var/lib/dpkg/status.d/<package>
// is the package's control stanza with "Status: install ok installed", <package>.md5sums beside
// it. Dev images have the database that dpkg itself keeps: status, info/*, triggers/*, diversions.
// A dependency that the definition cut is left out of the stanza there, since apt would otherwise
// refuse to install anything.
#pragma once
#include "rootfs/effects/effect.hpp"
#include "rootfs/unpack.hpp"

#include <string>
#include <vector>

namespace kiln::rootfs::deb {

Result<> make_package_database(Scene& scene, const std::vector<Diversion>& diversions);

// A package's stanza as dpkg's status file has it; with dependencies that `installed` cannot
// satisfy left out.
Result<std::string> installed_stanza(const packages::UnpackedPackage& package,
                                     const PackageList& installed, Contents& contents);

}  // namespace kiln::rootfs::deb
