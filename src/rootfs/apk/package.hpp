// SPDX-License-Identifier: Apache-2.0
//
// What assembling a tree needs to know of an Alpine package, read from its .PKGINFO.
#pragma once
#include "packages/apk/package_info.hpp"
#include "packages/unpacked.hpp"

#include <vector>

namespace kiln::rootfs::apk {

using packages::apk::PackageInfo;

// What the package says of itself; it was readable when the package was unpacked.
PackageInfo info_of(const packages::UnpackedPackage& package);

// The members of a package as apk's database groups them: each directory with the files that lie
// directly in it, both in the package's order.
struct DirectoryMembers {
  const packages::PackageFile* directory = nullptr;  // null when the package has no member for it
  std::string path;                                  // empty for the root
  std::vector<const packages::PackageFile*> files;
};
std::vector<DirectoryMembers> by_directory(const packages::UnpackedPackage& package);

}  // namespace kiln::rootfs::apk
