// SPDX-License-Identifier: Apache-2.0
//
// apk's installed database (apk-package(5), format 2), lib/apk/db/installed or, from Alpine 3.23
// on, usr/lib/apk/db/installed: lines "letter:value", packages divided by empty lines; "F:" names a
// directory for the "R:" files behind it.
#pragma once
#include "packages/apk/package_info.hpp"
#include "packages/description.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace kiln::packages::apk {

inline constexpr std::array<std::string_view, 2> k_database_files = {"lib/apk/db/installed",
                                                                     "usr/lib/apk/db/installed"};

Description describe(const PackageInfo& info);

// Installed packages in the database's order; lines that are none are passed over, as apk does.
std::vector<Description> installed(const ImageFiles& files);

void claims(const ImageFiles& files, const Claim& claim);

}  // namespace kiln::packages::apk
