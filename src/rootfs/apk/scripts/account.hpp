// SPDX-License-Identifier: Apache-2.0
//
// Accounting for the scripts of Alpine packages: none is run and none is passed over in silence.
// Scripts for upgrades and removals never run in an image; the others, and triggers, are looked up
// in the table of those that people have read. A script that changes loses its row.
#pragma once
#include "packages/unpacked.hpp"
#include "rootfs/rootfs.hpp"

#include <array>
#include <span>
#include <string_view>
#include <vector>

namespace kiln::rootfs::apk {

// In the order in which apk keeps them.
inline constexpr std::array<std::string_view, 7> k_script_names{
    ".pre-install", ".post-install", ".pre-deinstall", ".post-deinstall",
    ".pre-upgrade", ".post-upgrade", ".trigger"};

struct ReviewedScript {
  std::string_view package;
  std::string_view script;  // ".post-install", ".trigger"
  std::string_view digest;  // the first 32 digits of its SHA-256
  ScriptAccount::Verdict verdict;
  std::string_view reason;  // names the effect first when it is done
};

std::span<const ReviewedScript> reviewed_scripts();

// One for each script that the package has; the same in all effects policies.
std::vector<ScriptAccount> account_for_scripts(const packages::UnpackedPackage& package,
                                               int effects_policy);

}  // namespace kiln::rootfs::apk
