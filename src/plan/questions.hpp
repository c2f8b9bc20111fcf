// SPDX-License-Identifier: Apache-2.0
//
// Questions that people ask of a plan. What the recorded reasons answer (why, what_leaves) works on
// a lock alone, offline; what only the archives can answer takes a universe.
#pragma once
#include "plan/lock.hpp"
#include "plan/resolver.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::plan {

// A package that is in a plan, and why.
struct Ground {
  model::PackageId id;
  std::string repository;
  std::vector<Reason> reasons;
};

std::vector<Ground> grounds(const Answer& answer, const packages::Universe& universe);
std::vector<Ground> grounds(const LockedPlan& locked);

// From an entry of the definition down to a package.
struct Chain {
  struct Link {
    std::string package;
    std::string relation;  // by which the package before it needs it; of the first: where it is
                           // asked for
    std::string alternatives;
  };
  std::vector<Link> links;

  // "curl (image.yaml:12:7) -> libcurl4t64 -> libssl3t64".
  std::string str() const;
};

// Chains without circles that end at a package, the shortest first, at most `limit`. Fails with
// not_found, and the nearest name, when the package is not in the plan.
Result<std::vector<Chain>> why(std::span<const Ground> grounds, std::string_view name,
                               size_t limit = 20);

// What would leave the plan if a package did: itself and all that only it brings in, by name.
Result<std::vector<std::string>> what_leaves(std::span<const Ground> grounds,
                                             std::string_view name);

// A version of a package that the archives offer.
struct OfferedVersion {
  std::string version;
  std::string repository;
  int priority = 0;
  bool chosen = false;
};

// All versions of a name, the preferred one first. Fails with not_found when there is none.
Result<std::vector<OfferedVersion>> why_version(const packages::Universe& universe,
                                                const Answer& answer, std::string_view name);

// How two answers differ; each list ordered by name.
struct Difference {
  struct Moved {
    std::string name;
    std::string before;  // version
    std::string after;
  };
  std::vector<model::PackageId> added;
  std::vector<model::PackageId> removed;
  std::vector<Moved> moved;
};

Difference difference(const packages::Universe& universe, const Answer& before,
                      const Answer& after);

// What would change if wishes were added and the wishes and exclusions of some names taken out.
// Fails as resolve() does when one of the two questions has no answer.
Result<Difference> what_if(const packages::Universe& universe, const Question& question,
                           const std::vector<Wish>& added, const std::vector<std::string>& removed);

// Why a package is not in the answer to a question.
struct Absence {
  enum class Kind {
    present,     // it is there
    provided,    // packages that are there provide the name
    excluded,    // the definition excludes it
    impossible,  // it cannot be had; `text` says why
    unneeded,    // nothing asks for it; `text` says what it would bring
  };
  Kind kind = Kind::unneeded;
  std::string text;                    // one sentence
  std::vector<std::string> providers;  // of Kind::provided, in the order of installation
};

Result<Absence> why_not(const packages::Universe& universe, const Question& question,
                        std::string_view name);

}  // namespace kiln::plan
