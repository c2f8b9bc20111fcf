// SPDX-License-Identifier: Apache-2.0
#include "plan/search.hpp"

#include <algorithm>

namespace kiln::plan {

void Selection::add(Taken taken, Problem& problem) {
  CandidateId id = taken.id;
  places_.emplace(id, order_.size());
  by_name_.emplace(problem.name(id), id);
  for (const Clash& clash : problem.member(id).clashes)
    against_[clash.other].push_back({id, clash.relation});
  order_.push_back(std::move(taken));
}

bool Selection::satisfies(const Need& need) const {
  return std::ranges::any_of(need.solutions, [&](CandidateId id) { return has(id); });
}

std::optional<Rejection> Selection::rejection(CandidateId id, Problem& problem) const {
  Rejection rejection{.candidate = id, .why = Rejection::Why::clash};
  if (auto same = by_name_.find(problem.name(id)); same != by_name_.end() && same->second != id) {
    rejection.why = Rejection::Why::other_version;
    rejection.other = same->second;
    return rejection;
  }
  if (auto against = against_.find(id); against != against_.end()) {
    rejection.other = rejection.declared_by = against->second.front().by;
    rejection.relation = against->second.front().relation;
    return rejection;
  }
  for (const Clash& clash : problem.member(id).clashes) {
    if (!has(clash.other)) continue;
    rejection.other = clash.other;
    rejection.declared_by = id;
    rejection.relation = clash.relation;
    return rejection;
  }
  return std::nullopt;
}

}  // namespace kiln::plan
