// SPDX-License-Identifier: Apache-2.0
//
// What making a file tree needs to know of a distribution: a table of its rules, chosen by the
// plan. Nothing else in this module asks which distribution it works for; each has a directory of
// its own (deb/, apk/).
#pragma once
#include "rootfs/effects/effect.hpp"
#include "rootfs/effects/identities.hpp"
#include "rootfs/effects/simple_files.hpp"
#include "rootfs/unpack.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs {

struct System {
  std::string_view distribution;  // "debian", as a plan has it
  int newest_effects_policy;

  // The packages' name for a platform's machine. Fails (unsupported) when nothing is built for it.
  Result<std::string> (*architecture)(const model::Platform& platform);

  // Numbers that mean the same in every installation.
  std::span<const StaticIdentity> users;
  std::span<const StaticIdentity> groups;

  // What an effects policy understands of scripts, and what it makes of them.
  std::vector<ScriptAccount> (*account_for_scripts)(const packages::UnpackedPackage& package,
                                                    int effects_policy);
  UnpackRules (*unpack_rules)(const PackageList& packages, int effects_policy);
  std::span<const SimpleFile> (*simple_files)();
  std::span<const Effect> (*effects)();
  // Records the packages for scanners and for the package manager; runs after the effects.
  Result<> (*make_package_database)(Scene& scene);
};

// Fails (unsupported) and names those that exist.
Result<const System*> find_system(std::string_view distribution);

}  // namespace kiln::rootfs
