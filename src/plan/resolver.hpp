// SPDX-License-Identifier: Apache-2.0
//
// From requested packages to the complete set, with the reason for each member. The engine proposes
// as apt does (depth first, pre-dependencies first, the first alternative that can be had, the
// distribution's preferred provider) and goes back only when a choice leads to a conflict.
#pragma once
#include "packages/universe.hpp"

#include <set>
#include <string>
#include <vector>

namespace kiln::plan {

// What a user asks for: a name, perhaps with a version.
struct Wish {
  packages::Requirement requirement;
  std::string origin;  // where it was asked for: "image.yaml:12:7", "implicit (base-files)"
};

struct Question {
  std::vector<Wish> wishes;
  // Never installed; a dependency on one of these names counts as satisfied (rule H3).
  std::set<std::string, std::less<>> exclusions;
};

// Why a package is in the answer: who asked, by which relation, and what else could have been
// taken. `by` is empty for a wish.
struct Reason {
  std::string by;        // name of the package whose dependency this is
  std::string relation;  // "Depends: libssl3t64 (>= 3.0.0)", or the wish's origin
  // "first of a | b | c", "only candidate", "provider of x, preferred to y"
  std::string alternatives;
  bool operator==(const Reason&) const = default;
};

struct Choice {
  packages::CandidateId candidate;
  std::vector<Reason> reasons;  // the first one brought it in; others also need it
};

struct Answer {
  std::vector<Choice> choices;  // in the order of installation: dependencies before dependents
};

// The smallest set apt would install for the question without Recommends. An unsatisfiable
// question is an Error (unsatisfiable) whose message and hint a user can act on.
Result<Answer> resolve(const packages::Universe& universe, const Question& question);

}  // namespace kiln::plan
