// SPDX-License-Identifier: Apache-2.0
//
// The solver's first and last step: what may have a part in the answer, and the answer itself.
#include "packages/apk/solver_state.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

std::string_view Solver::text(NameId id) const {
  if (id < set_.name_count()) return set_.name(id);
  auto found = std::ranges::find(strangers_, id, [](const auto& entry) { return entry.second; });
  return found == strangers_.end() ? "?" : found->first;
}

// A dependency that names an excluded package, or that only excluded ones could satisfy, counts as
// satisfied.
bool Solver::is_lost_to_exclusion(const Relation& relation) const {
  if (excluded_.empty() || relation.conflict) return false;
  if (excluded_.contains(relation.name)) return true;
  auto name = set_.find(relation.name);
  if (!name || set_.providers(*name).empty()) return false;
  return std::ranges::all_of(set_.providers(*name), [&](const Provider& provider) {
    return excluded_.contains(set_.package(provider.package).entry.name);
  });
}

void Solver::discover_package(CandidateId id) {
  const Package& package = set_.package(id);
  std::vector<Link> depends;
  for (const Relation& relation : set_.depends(id))
    if (!is_lost_to_exclusion(relation)) depends.push_back({number(relation.name), relation});
  PackageState& state = packages_[id];
  state.seen = true;
  state.trigger_failed = package.install_if.empty();
  state.selectable = !excluded_.contains(package.entry.name);
  state.untagged = std::ranges::any_of(
      package.sources, [&](uint32_t source) { return set_.source(source).tag.empty(); });
  state.tag_allowed = state.tag_preferred = state.untagged;
  state.depends = std::move(depends);
  for (const Link& link : state.depends) {
    discover(link.name);
    state.depth = std::max(state.depth, names_[link.name].depth + 1);
  }
}

// Depth first: the depth of a circle is what was known of it when it closed.
void Solver::discover(NameId id) {
  if (names_[id].seen) return;
  names_[id].seen = true;
  names_[id].never_triggered = true;
  seen_names_.push_back(id);
  if (id >= set_.name_count()) return;
  size_t virtual_providers = 0;
  for (const Provider& provider : set_.providers(id)) {
    if (!packages_[provider.package].seen) discover_package(provider.package);
    const PackageState& state = packages_[provider.package];
    names_[id].never_triggered &= state.trigger_failed;
    names_[id].depth = std::max(names_[id].depth, state.depth);
    if (set_.package(provider.package).name != id) ++virtual_providers;
  }
  if (virtual_providers > 0)
    names_[id].rank = virtual_providers == set_.providers(id).size() ? 2 : 1;
  for (const Provider& provider : set_.providers(id))
    discover_triggered(set_.package(provider.package).name);
  discover_triggered(id);
}

// Packages whose install_if the names seen so far could meet.
void Solver::discover_triggered(NameId id) {
  auto possible = [&](const Link& condition) {
    return condition.relation.conflict || names_[condition.name].seen ||
           std::ranges::any_of(set_.providers(condition.name), [&](const Provider& provider) {
             return packages_[provider.package].seen;
           });
  };
  for (CandidateId triggered : set_.triggered(id)) {
    const Package& package = set_.package(triggered);
    if (!std::ranges::all_of(package.install_if, possible)) continue;
    discover(package.name);
    for (const auto& [name, version] : package.provides) discover(name);
  }
}

// Fills in who depends on whom among the names seen.
void Solver::connect() {
  std::ranges::sort(seen_names_);
  auto add = [](std::vector<NameId>& list, NameId id) {
    if (list.empty() || list.back() != id) list.push_back(id);
  };
  for (NameId id : seen_names_)
    for (const Provider& provider : providers(id)) {
      for (const Link& link : packages_[provider.package].depends)
        add(names_[link.name].dependents, id);
      for (const Link& condition : set_.package(provider.package).install_if)
        add(names_[condition.name].conditional, id);
    }
}

// Follows what was chosen from the wishes down.
void Solver::collect(const Link& link, CandidateId by) {
  const Provider& chosen = names_[link.name].chosen;
  if (!provided(link, chosen)) {
    std::string who =
        by == k_nobody ? "what is asked for" : std::string(set_.package(by).entry.name);
    contradict(by, fmt::format("{} of {} is not satisfied", text(link.name), who));
  }
  collect_name(link.name, false);
  if (chosen.package != k_nobody && packages_[chosen.package].refused && by != k_nobody)
    packages_[by].refused = true;
}

void Solver::collect_name(NameId id, bool by_trigger) {
  if (std::exchange(names_[id].collected, true)) return;
  CandidateId chosen = names_[id].chosen.package;
  if (chosen == k_nobody || std::exchange(packages_[chosen].taken, true)) return;
  const Package& package = set_.package(chosen);
  names_[package.name].collected = true;
  for (const auto& [name, version] : package.provides) names_[name].collected = true;
  for (const Link& link : packages_[chosen].depends) collect(link, chosen);
  solution_.packages.push_back(chosen);
  if (by_trigger) solution_.triggered.push_back(chosen);
  for (NameId conditional : names_[package.name].conditional) {
    CandidateId triggered = names_[conditional].chosen.package;
    if (triggered == k_nobody || names_[conditional].collected) continue;
    bool met = std::ranges::all_of(set_.package(triggered).install_if, [&](const Link& condition) {
      const NameState& name = names_[condition.name];
      return name.collected && provided(condition, name.chosen);
    });
    if (met) collect_name(conditional, true);
  }
}

}  // namespace kiln::packages::apk
