// SPDX-License-Identifier: Apache-2.0
//
// Alpine's version numbers and their order, that of apk-tools 3 (which Alpine uses since 3.23):
//
//   version  = digits *("." digits) [letter] *("_" suffix [digits]) ["~" hex] ["-r" digits]
//   suffix   = "alpha" / "beta" / "pre" / "rc" / "cvs" / "svn" / "git" / "hg" / "p"
//
// apk-tools 2 orders every text of this form alike: docs/decisions/apk-versions.md.
#pragma once
#include <compare>
#include <string_view>

namespace kiln::packages::apk {

// Total over all texts: what is no version compares by the part of it that is one.
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

// Whether `version` begins with all parts of `prefix`: "1.2.3-r4" with "1.2", but not "1.20".
bool matches_fuzzily(std::string_view version, std::string_view prefix);

// Whether a text has the form above.
bool is_version(std::string_view text);

// Without the revision of the package: "8.5.0" of "8.5.0-r2".
std::string_view upstream_of(std::string_view version);

}  // namespace kiln::packages::apk
