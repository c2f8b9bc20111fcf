// SPDX-License-Identifier: Apache-2.0
#include "rootfs/exclusions.hpp"

#include "codec/elf.hpp"
#include "rootfs/paths.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::rootfs {

namespace {

using Names = std::set<std::string, std::less<>>;

// What the packages of the image are called and provide.
Result<Names> present_names(const packages::Distribution& distribution,
                            const PackageList& packages) {
  Names names;
  for (const auto& package : packages) {
    packages::Description description = TRY(distribution.describe(*package));
    names.insert(package->id.name);
    for (const packages::Provided& provided : description.provides) names.insert(provided.name);
  }
  return names;
}

// Of a shared object, not of a package: apk's packages need each other by these.
bool is_shared_object(std::string_view name) {
  return name.starts_with("so:");
}

bool is_library(std::string_view name) {
  return name.starts_with("lib") || name.starts_with("zlib") || name.starts_with("musl") ||
         is_shared_object(name);
}

bool may_lack_excluded(const packages::Description& description,
                       const definition::ImageSpec& spec) {
  return std::ranges::any_of(description.depends, [&](const packages::Dependency& dependency) {
    return std::ranges::any_of(dependency.alternatives, [&](const auto& one) {
      return spec.exclusions.contains(one.name) || is_shared_object(one.name);
    });
  });
}

// The libraries among the dependencies that nothing in the image satisfies, since they are excluded
// by name or, as shared objects, with the package that has them.
std::vector<std::string> kept_out(const packages::Description& description,
                                  const definition::ImageSpec& spec, const Names& present) {
  std::vector<std::string> names;
  for (const packages::Dependency& dependency : description.depends) {
    const auto& any = dependency.alternatives;
    if (std::ranges::any_of(any, [&](const auto& one) { return present.contains(one.name); }))
      continue;
    for (const packages::Requirement& one : any)
      if (is_library(one.name) &&
          (spec.exclusions.contains(one.name) || is_shared_object(one.name)))
        names.push_back(one.name);
  }
  return names;
}

// "'!libc6' keeps out": who has a shared object is known where one package alone is excluded.
std::string culprit(const definition::ImageSpec& spec, const std::string& missing) {
  if (spec.exclusions.contains(missing)) return fmt::format("'!{}' keeps", missing);
  if (spec.exclusions.size() == 1) return fmt::format("'!{}' keeps", *spec.exclusions.begin());
  return "one of the exclusions keeps";
}

// Whether one of the package's programs or libraries needs a library that no file is named like.
bool lacks_library(const model::PackageId& id, const Rootfs& rootfs, const Tree& tree,
                   const Names& file_names) {
  for (const auto& [path, node] : rootfs.nodes) {
    if (node.type != model::FileType::file) continue;
    bool own = std::ranges::any_of(node.owners, [&](const model::Owner& owner) {
      return owner.kind == model::Owner::Kind::package && owner.name == id.name;
    });
    if (!own) continue;
    Result<std::string_view> bytes = tree.read(path);
    if (!bytes) continue;
    std::optional<DynamicProgram> program = read_dynamic_program(*bytes);
    if (program && std::ranges::any_of(program->needed, [&](const std::string& name) {
          return !file_names.contains(name);
        }))
      return true;
  }
  return false;
}

}  // namespace

Result<std::vector<std::string>> exclusion_warnings(const packages::Distribution& distribution,
                                                    const definition::ImageSpec& spec,
                                                    const PackageList& packages, const Tree& tree,
                                                    const Rootfs& rootfs) {
  std::vector<std::string> warnings;
  if (spec.exclusions.empty()) return warnings;
  Names listed;
  for (const definition::PackageRequest& request : spec.packages) listed.insert(request.name);
  Names present;  // and below: not made before they are needed, which most images never do
  Names file_names;
  for (const auto& package : packages) {
    if (!listed.contains(package->id.name)) continue;
    packages::Description description = TRY(distribution.describe(*package));
    if (!may_lack_excluded(description, spec)) continue;
    if (present.empty()) present = TRY(present_names(distribution, packages));
    std::vector<std::string> missing = kept_out(description, spec, present);
    if (missing.empty()) continue;
    if (file_names.empty())
      for (const auto& [path, node] : rootfs.nodes) file_names.emplace(name_of(path));
    if (!lacks_library(package->id, rootfs, tree, file_names)) continue;
    for (const std::string& name : missing)
      warnings.push_back(
          fmt::format("{} needs {}, which {} out", package->id.name, name, culprit(spec, name)));
  }
  return warnings;
}

}  // namespace kiln::rootfs
