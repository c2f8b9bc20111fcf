// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/control.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "packages/deb/control.hpp"
#include "packages/deb/relation.hpp"

namespace kiln::rootfs::deb {

using packages::UnpackedPackage;

std::string_view control_field(const UnpackedPackage& package, std::string_view name) {
  auto paragraph = packages::deb::parse_paragraph(control_member(package, "control"));
  return paragraph ? paragraph->get(name) : std::string_view{};
}

bool replaces(const UnpackedPackage& package, const UnpackedPackage& other) {
  packages::deb::RelationReader reader(control_field(package, "Replaces"));
  packages::deb::RelationText relation;
  while (reader.next(relation).value_or(false)) {
    if (relation.name != other.id.name) continue;
    packages::Requirement requirement{.name = std::string(relation.name),
                                      .op = relation.op,
                                      .version = std::string(relation.version),
                                      .architecture = {}};
    if (packages::deb::satisfies_version(other.id.version, requirement)) return true;
  }
  return false;
}

std::set<std::string, std::less<>> conffiles(const UnpackedPackage& package) {
  std::set<std::string, std::less<>> paths;
  for (std::string_view line : split(control_member(package, "conffiles"), '\n')) {
    line = trim(line);
    if (!line.starts_with('/')) continue;  // empty, or "remove-on-upgrade <path>"
    if (Result<std::string> path = clean_path(line)) paths.insert(std::move(*path));
  }
  return paths;
}

}  // namespace kiln::rootfs::deb
