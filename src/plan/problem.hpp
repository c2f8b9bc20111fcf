// SPDX-License-Identifier: Apache-2.0
//
// A question as the search sees it: needs with their possible solutions in order of preference, and
// pairs of candidates that exclude each other. Exclusions are settled here, so that the search does
// not know them. Candidates are looked at when the search first meets them, and remembered.
//
// Solutions of a need stand in apt's order: for each alternative in turn the named package, then
// what provides it (in apt's order where nothing has the name); of each package only the candidate
// that apt would take, or the version that a wish asks for. Other versions come last: they are
// taken only where apt would have no answer.
#pragma once
#include "packages/universe.hpp"
#include "plan/resolver.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace kiln::plan {

using packages::CandidateId;

inline constexpr CandidateId k_nobody = UINT32_MAX;

// Something that must be satisfied: a dependency of a candidate, or a wish.
struct Need {
  const packages::Dependency* dependency = nullptr;  // null for a wish
  const Wish* wish = nullptr;                        // null for a dependency
  std::vector<CandidateId> solutions;
};

// Another candidate that cannot be installed beside this one, and the relation that says so.
struct Clash {
  CandidateId other;
  const packages::Dependency* relation;
};

struct Member {
  std::vector<Need> needs;  // in the order in which apt follows them; those cut are not here
  std::vector<Clash> clashes;
};

class Problem {
 public:
  // Fails (unsatisfiable) when a wish alone cannot be had: no such name or version, a virtual
  // package with several providers, an excluded one. The question and universe must outlive it.
  // Solutions that `proposal`, if there is one, has stand before all others.
  static Result<Problem> create(const packages::Universe& universe, const Question& question,
                                std::optional<packages::Proposal> proposal = {});

  // The wishes ordered by name, each name and version once.
  const std::vector<Need>& wishes() const { return wishes_; }
  const Member& member(CandidateId candidate);
  const packages::Candidate& candidate(CandidateId id) const { return universe_->get(id); }
  const std::string& name(CandidateId id) const { return universe_->get(id).id.name; }
  const packages::Universe& universe() const { return *universe_; }

 private:
  Problem(const packages::Universe& universe, const Question& question)
      : universe_(&universe), question_(&question) {}
  Result<> add_wish(const Wish& wish);
  Result<std::vector<CandidateId>> wish_solutions(const Wish& wish) const;
  bool excluded(std::string_view name) const;
  bool proposed(CandidateId id) const { return proposed_.contains(id); }
  bool preferred(CandidateId id);
  std::vector<CandidateId> solutions(const packages::Dependency& dependency, CandidateId of,
                                     bool& lost_to_exclusion);
  std::vector<Clash> clashes(CandidateId of);

  const packages::Universe* universe_;
  const Question* question_;
  std::optional<packages::Proposal> proposal_;
  std::unordered_set<CandidateId> proposed_;
  std::vector<Need> wishes_;
  // The candidate of a name that stands for it in dependencies.
  std::unordered_map<std::string, CandidateId> preferred_;
  std::unordered_map<CandidateId, Member> members_;
};

}  // namespace kiln::plan
