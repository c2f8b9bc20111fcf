// SPDX-License-Identifier: Apache-2.0
//
// What dpkg's databases say: var/lib/dpkg/status, or one file a package in status.d as distroless
// images have it, with lists of files in info/*.list and *.md5sums.
#pragma once
#include "packages/deb/control.hpp"
#include "packages/description.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

inline constexpr std::array<std::string_view, 4> k_database_files = {
    "var/lib/dpkg/status", "var/lib/dpkg/status.d/*", "var/lib/dpkg/info/*.list",
    "var/lib/dpkg/info/*.md5sums"};

// A package by its control stanza (deb-control(5)). Relations that cannot be read are left out: the
// stanza may come from anyone.
Description describe(const Paragraph& control);

// Installed packages in the database's order. Fails with corrupt on what cannot be read.
Result<std::vector<Description>> installed(const ImageFiles& files);

// Every file that the lists name.
void claims(const ImageFiles& files, const Claim& claim);

}  // namespace kiln::packages::deb
