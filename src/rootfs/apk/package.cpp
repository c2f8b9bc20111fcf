// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/package.hpp"

#include "rootfs/control.hpp"
#include "rootfs/tree.hpp"

#include <map>

namespace kiln::rootfs::apk {

PackageInfo info_of(const packages::UnpackedPackage& package) {
  auto info = packages::apk::parse_package_info(control_member(package, ".PKGINFO"));
  if (info) return std::move(*info);
  PackageInfo nothing;
  nothing.id = package.id;
  return nothing;
}

std::vector<DirectoryMembers> by_directory(const packages::UnpackedPackage& package) {
  std::vector<DirectoryMembers> groups;
  std::map<std::string, size_t, std::less<>> places;
  auto group = [&](std::string_view path) -> DirectoryMembers& {
    auto [place, added] = places.try_emplace(std::string(path), groups.size());
    if (added) groups.emplace_back().path = path;
    return groups[place->second];
  };
  for (const packages::PackageFile& file : package.files) {
    if (file.type == model::FileType::directory) {
      group(file.path).directory = &file;
    } else {
      group(parent_of(file.path)).files.push_back(&file);
    }
  }
  return groups;
}

}  // namespace kiln::rootfs::apk
