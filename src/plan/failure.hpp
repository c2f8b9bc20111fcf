// SPDX-License-Identifier: Apache-2.0
//
// Why a question has no answer, said so that a user can act on it. Messages name the entry of the
// definition that asked, the packages between it and the trouble, and what exists instead.
#pragma once
#include "packages/universe.hpp"
#include "plan/resolver.hpp"

#include <set>
#include <string>
#include <vector>

namespace kiln::plan {

// "nginx" or "nginx = 1.26.3-3", with the place that asked for it in parentheses.
std::string describe(const Wish& wish);

// No candidate has or provides the name.
Error missing_package(const packages::Universe& universe, const Wish& wish);
// The name exists, and no version of it fits; the hint lists those that exist.
Error missing_version(const packages::Universe& universe, const Wish& wish);
// The name is only provided, and by several packages.
Error virtual_package(const Wish& wish, const std::set<std::string>& providers);
Error excluded_wish(const Wish& wish);
// What is wrong with several wishes, in one error; there must be one at least.
Error all_wishes(std::vector<Error> errors);

// What a dependency on something that no candidate satisfies lacks: "which is not in the
// repositories", "of which only 1.0 exists". Looking around beyond them may take seconds.
std::string what_is_missing(const packages::Universe& universe,
                            const packages::Requirement& requirement, bool look_around);

}  // namespace kiln::plan
