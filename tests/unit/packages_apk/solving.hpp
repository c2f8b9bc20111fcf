// SPDX-License-Identifier: Apache-2.0
//
// Questions to the solver in apk's words, and its answers in a form that compares.
#pragma once
#include "packages/apk/solver.hpp"

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::apk::testing {

// Words as of `apk add` ("curl", "curl~8.5", "curl@edge"), or packages as "curl=8.5.0-r0" in the
// order of their names. A refusal is the one word "refused".
using Names = std::vector<std::string>;

// An index of the text of an APKINDEX.
IndexSource source_of(std::string_view text, std::string name, std::string tag = "");

Names solved(const PackageSet& set, const Names& wished,
             const std::set<std::string, std::less<>>& excluded = {});

}  // namespace kiln::packages::apk::testing
