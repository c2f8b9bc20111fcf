// SPDX-License-Identifier: Apache-2.0
//
// Debian's version numbers, [epoch:]upstream[-revision], and their order (deb-version(7)).
#pragma once
#include "base/result.hpp"

#include <compare>
#include <string_view>

namespace kiln::packages::deb {

// The order of dpkg --compare-versions. Total: texts that are not versions are ordered as well, by
// the same rules. An absent epoch or revision equals 0, so different texts can be equal.
std::strong_ordering compare_versions(std::string_view a, std::string_view b);

// A version without rebuild suffixes, "+dhiN" and other vendors' like it, "+bN" (Debian's binary
// rebuilds), "+debNuM" and "~debNuM" (its updates): "5.2.37-2" of "5.2.37-2+dhi1".
std::string_view without_rebuilds(std::string_view version);

// Without epoch, revision and rebuild suffixes: "5.2.37" of "1:5.2.37-2+b10".
std::string_view upstream_of(std::string_view version);

// Fails (corrupt) with the reason when a text is not a version that dpkg accepts without a warning.
Result<> check_version(std::string_view version);

}  // namespace kiln::packages::deb
