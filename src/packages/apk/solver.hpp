// SPDX-License-Identifier: Apache-2.0
//
// What apk would install: its choice among packages, by the rules of its own solver (apk-tools
// 2.14), so that an image has what `apk add` would have brought.
//
// Every name that is needed, or that install_if calls for, is settled in turn. What all packages
// that a name is left with have in common is concluded before anything is chosen; a choice rules
// out packages that have one of its names (unless both provide it without version) and those that a
// relation forbids. apk never goes back: a contradiction is an answer, "no".
#pragma once
#include "packages/apk/package_set.hpp"

#include <set>
#include <span>
#include <string>
#include <vector>

namespace kiln::packages::apk {

// Counts up with every change that may change an answer: answers are remembered.
inline constexpr int k_solver_version = 1;

struct Solution {
  std::vector<CandidateId> packages;        // in the order in which apk comes to them
  std::vector<CandidateId> triggered;       // of these, those that only install_if asks for
  std::vector<std::string> contradictions;  // not empty: apk refuses
};

// The name of a wish may end with "@tag". Excluded packages are not there, and what depends on them
// does without.
Solution solve(const PackageSet& packages, std::span<const Requirement> wishes,
               const std::set<std::string, std::less<>>& excluded);

}  // namespace kiln::packages::apk
