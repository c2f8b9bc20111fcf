// SPDX-License-Identifier: Apache-2.0
#include "plan/problem.hpp"

#include "plan/failure.hpp"

#include <algorithm>
#include <set>

namespace kiln::plan {

using packages::Candidate;
using packages::Dependency;
using packages::RelationOp;
using packages::Requirement;

namespace {

void add_once(std::vector<CandidateId>& list, CandidateId id) {
  if (std::ranges::find(list, id) == list.end()) list.push_back(id);
}

}  // namespace

Result<Problem> Problem::create(const packages::Universe& universe, const Question& question,
                                std::optional<packages::Proposal> proposal) {
  Problem problem(universe, question);
  problem.proposal_ = std::move(proposal);
  if (problem.proposal_)
    problem.proposed_.insert(problem.proposal_->taken.begin(), problem.proposal_->taken.end());
  std::vector<const Wish*> ordered;
  for (const Wish& wish : question.wishes) ordered.push_back(&wish);
  std::ranges::stable_sort(ordered, {}, [](const Wish* wish) { return wish->requirement.name; });
  std::vector<Error> errors;
  for (const Wish* wish : ordered)
    if (Result<> added = problem.add_wish(*wish); !added)
      errors.push_back(std::move(added.error()));
  if (!errors.empty()) return std::unexpected(all_wishes(std::move(errors)));
  return problem;
}

Result<> Problem::add_wish(const Wish& wish) {
  for (const Need& known : wishes_)
    if (known.wish->requirement == wish.requirement) return {};
  std::vector<CandidateId> found = TRY(wish_solutions(wish));
  if (wish.requirement.op != RelationOp::any)
    preferred_.emplace(name(found.front()), found.front());
  wishes_.push_back({nullptr, &wish, std::move(found)});
  return {};
}

Result<std::vector<CandidateId>> Problem::wish_solutions(const Wish& wish) const {
  const Requirement& wanted = wish.requirement;
  if (excluded(wanted.name)) return std::unexpected(excluded_wish(wish));
  if (proposal_) {
    std::vector<CandidateId> fitting;
    for (CandidateId id : proposal_->taken)
      if (universe_->satisfies(id, wanted, candidate(id).id.architecture)) fitting.push_back(id);
    if (!fitting.empty()) return fitting;
  }
  std::vector<CandidateId> named = universe_->named(wanted.name);
  if (!named.empty()) {
    std::vector<CandidateId> fitting;
    for (CandidateId id : named)
      if (universe_->satisfies(id, wanted, candidate(id).id.architecture)) fitting.push_back(id);
    if (fitting.empty()) return std::unexpected(missing_version(*universe_, wish));
    if (wanted.op == RelationOp::any) fitting.resize(1);
    return fitting;
  }
  std::vector<CandidateId> providers;
  std::set<std::string> names;
  bool other_version = false;
  for (CandidateId id : universe_->providers(wanted.name)) {
    if (excluded(name(id))) continue;
    if (!universe_->satisfies(id, wanted, candidate(id).id.architecture)) {
      other_version = true;
      continue;
    }
    if (names.insert(name(id)).second) providers.push_back(id);
  }
  if (providers.empty() && other_version) return std::unexpected(missing_version(*universe_, wish));
  if (providers.empty()) return std::unexpected(missing_package(*universe_, wish));
  if (names.size() > 1) return std::unexpected(virtual_package(wish, names));
  return providers;
}

bool Problem::excluded(std::string_view name) const {
  return question_->exclusions.contains(name);
}

// Whether a candidate is the one of its name that dependencies look at first. What can only be had
// by what it provides, as an Alpine package whose name holds an "@", is the only one of its name.
bool Problem::preferred(CandidateId id) {
  const std::string& own = name(id);
  auto found = preferred_.find(own);
  if (found == preferred_.end()) {
    std::vector<CandidateId> named = universe_->named(own);
    found = preferred_.emplace(own, named.empty() ? id : named.front()).first;
  }
  return found->second == id;
}

std::vector<CandidateId> Problem::solutions(const Dependency& dependency, CandidateId of,
                                            bool& lost_to_exclusion) {
  std::vector<CandidateId> first;
  std::vector<CandidateId> others;
  for (const Requirement& wanted : dependency.alternatives) {
    auto consider = [&](CandidateId id) {
      if (!universe_->satisfies(id, wanted, candidate(of).id.architecture)) return;
      if (excluded(name(id)))
        lost_to_exclusion = true;
      else
        add_once(preferred(id) ? first : others, id);
    };
    std::ranges::for_each(universe_->named(wanted.name), consider);
    bool has_name = !first.empty() && name(first.back()) == wanted.name;
    std::ranges::for_each(
        has_name ? universe_->unordered_providers(wanted.name) : universe_->providers(wanted.name),
        consider);
  }
  for (CandidateId id : others) add_once(first, id);
  if (proposal_) std::ranges::stable_partition(first, [&](CandidateId id) { return proposed(id); });
  return first;
}

std::vector<Clash> Problem::clashes(CandidateId of) {
  const Candidate& own = candidate(of);
  std::vector<Clash> found;
  for (const Dependency& relation : own.conflicts) {
    for (const Requirement& unwanted : relation.alternatives) {
      auto consider = [&](CandidateId id) {
        if (name(id) == own.id.name || excluded(name(id))) return;
        if (universe_->satisfies(id, unwanted, own.id.architecture))
          found.push_back({id, &relation});
      };
      std::ranges::for_each(universe_->named(unwanted.name), consider);
      std::ranges::for_each(universe_->unordered_providers(unwanted.name), consider);
    }
  }
  return found;
}

const Member& Problem::member(CandidateId id) {
  auto known = members_.find(id);
  if (known != members_.end()) return known->second;
  Member member;
  for (const Dependency& dependency : candidate(id).dependencies) {
    // A dependency that names an excluded package counts as satisfied, and so does one that only
    // excluded packages could satisfy.
    bool names_excluded = std::ranges::any_of(
        dependency.alternatives, [&](const Requirement& r) { return excluded(r.name); });
    if (names_excluded) continue;
    bool lost_to_exclusion = false;
    std::vector<CandidateId> found = solutions(dependency, id, lost_to_exclusion);
    if (found.empty() && lost_to_exclusion) continue;
    member.needs.push_back({&dependency, nullptr, std::move(found)});
  }
  if (proposal_)
    for (const packages::Proposal::Triggered& triggered : proposal_->triggered)
      if (triggered.cause == id)
        member.needs.push_back({&triggered.relation, nullptr, {triggered.candidate}});
  member.clashes = clashes(id);
  return members_.emplace(id, std::move(member)).first->second;
}

}  // namespace kiln::plan
