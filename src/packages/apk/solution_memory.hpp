// SPDX-License-Identifier: Apache-2.0
//
// What the solver answered before. An answer depends on the indexes, the wishes and the exclusions
// alone, and working it out again takes longer than all else of a build that finds nothing new.
#pragma once
#include "packages/apk/solver.hpp"
#include "store/store.hpp"

#include <optional>

namespace kiln::packages::apk {

class SolutionMemory {
 public:
  // For questions about `packages`, which were read from these indexes. Store and packages must
  // outlive it.
  SolutionMemory(Store& store, const PackageSet& packages, std::span<const IndexRecord> indexes);

  // Nothing where the question is new, or where the record of its answer is damaged.
  std::optional<Solution> recall(std::span<const Requirement> wishes,
                                 const std::set<std::string, std::less<>>& excluded) const;
  // Keeps an answer that has no contradictions. Failing to is no failure of who asked.
  void keep(std::span<const Requirement> wishes, const std::set<std::string, std::less<>>& excluded,
            const Solution& solution) const;

 private:
  Store& store_;
  const PackageSet& packages_;
  std::span<const IndexRecord> indexes_;
};

}  // namespace kiln::packages::apk
