// SPDX-License-Identifier: Apache-2.0
//
// The solver's first and last step: what may have a part in the answer, and the answer itself.
#include "packages/apk/solver_state.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

bool Solver::is_excluded(PackageId id) {
  return !excluded_.empty() && excluded_.contains(joined_.text(joined_.package(id).name));
}

// A dependency that names an excluded package, or that only excluded ones could satisfy, counts as
// satisfied.
bool Solver::is_lost_to_exclusion(const Link& link) {
  if (excluded_.empty() || link.relation.conflict) return false;
  if (excluded_.contains(link.relation.name)) return true;
  if (providers(link.name).empty()) return false;
  return std::ranges::all_of(providers(link.name), [&](const Provider& provider) {
    return is_excluded(provider.package);
  });
}

void Solver::discover_package(PackageId id) {
  const Package& package = joined_.package(id);
  PackageState& state = package_state(id);
  state.depends = joined_.depends(id);
  std::erase_if(state.depends, [&](const Link& link) { return is_lost_to_exclusion(link); });
  state.seen = true;
  state.trigger_failed = package.install_if.empty();
  state.selectable = !is_excluded(id);
  state.untagged = std::ranges::any_of(
      package.sources, [&](uint32_t source) { return set_.source(source).tag.empty(); });
  state.tag_allowed = state.tag_preferred = state.untagged;
  for (const Link& link : state.depends) {
    discover(link.name);
    state.depth = std::max(state.depth, name_state(link.name).depth + 1);
  }
}

// Depth first: the depth of a circle is what was known of it when it closed.
void Solver::discover(NameId id) {
  if (name_state(id).seen) return;
  name_state(id).seen = true;
  name_state(id).never_triggered = true;
  seen_names_.push_back(id);
  size_t virtual_providers = 0;
  for (const Provider& provider : providers(id)) {
    if (!package_state(provider.package).seen) discover_package(provider.package);
    const PackageState& state = package_state(provider.package);
    name_state(id).never_triggered &= state.trigger_failed;
    name_state(id).depth = std::max(name_state(id).depth, state.depth);
    if (joined_.package(provider.package).name != id) ++virtual_providers;
  }
  if (virtual_providers > 0)
    name_state(id).rank = virtual_providers == providers(id).size() ? 2 : 1;
  for (const Provider& provider : providers(id)) {
    const Package& package = joined_.package(provider.package);
    discover_triggered(package.name);
    for (const auto& [name, version] : package.provides) discover_triggered(name);
  }
  discover_triggered(id);
}

// Packages whose install_if the names seen so far could meet.
void Solver::discover_triggered(NameId id) {
  auto possible = [&](const Link& condition) {
    return condition.relation.conflict || name_state(condition.name).seen ||
           std::ranges::any_of(providers(condition.name), [&](const Provider& provider) {
             return package_state(provider.package).seen;
           });
  };
  for (PackageId triggered : joined_.triggered(id)) {
    const Package& package = joined_.package(triggered);
    if (!std::ranges::all_of(package.install_if, possible)) continue;
    discover(package.name);
    for (const auto& [name, version] : package.provides) discover(name);
  }
}

// Fills in who depends on whom among the names seen.
void Solver::connect() {
  std::ranges::sort(seen_names_, {}, [&](NameId id) { return joined_.rank(id); });
  auto add = [](std::vector<NameId>& list, NameId id) {
    if (list.empty() || list.back() != id) list.push_back(id);
  };
  for (NameId id : seen_names_)
    for (const Provider& provider : providers(id)) {
      for (const Link& link : package_state(provider.package).depends)
        add(name_state(link.name).dependents, id);
      for (const Link& condition : joined_.package(provider.package).install_if)
        add(name_state(condition.name).conditional, id);
    }
}

// Follows what was chosen from the wishes down.
void Solver::collect(const Link& link, PackageId by) {
  const Provider& chosen = name_state(link.name).chosen;
  if (!provided(link, chosen)) {
    std::string who =
        by == k_nobody ? "what is asked for" : std::string(joined_.text(joined_.package(by).name));
    contradict(by, fmt::format("{} of {} is not satisfied", joined_.text(link.name), who));
  }
  collect_name(link.name, false);
  if (chosen.package != k_nobody && package_state(chosen.package).refused && by != k_nobody)
    package_state(by).refused = true;
}

void Solver::collect_name(NameId id, bool by_trigger) {
  if (std::exchange(name_state(id).collected, true)) return;
  PackageId chosen = name_state(id).chosen.package;
  if (chosen == k_nobody || std::exchange(package_state(chosen).taken, true)) return;
  const Package& package = joined_.package(chosen);
  name_state(package.name).collected = true;
  for (const auto& [name, version] : package.provides) name_state(name).collected = true;
  for (const Link& link : package_state(chosen).depends) collect(link, chosen);
  solution_.packages.push_back(package.candidate);
  if (by_trigger) solution_.triggered.push_back(package.candidate);
  collect_triggered(package.name);
  for (const auto& [name, version] : package.provides) collect_triggered(name);
}

// Packages whose install_if is met now that a name is in the answer.
void Solver::collect_triggered(NameId id) {
  for (NameId conditional : name_state(id).conditional) {
    PackageId triggered = name_state(conditional).chosen.package;
    if (triggered == k_nobody || name_state(conditional).collected) continue;
    bool met =
        std::ranges::all_of(joined_.package(triggered).install_if, [&](const Link& condition) {
          const NameState& name = name_state(condition.name);
          return name.collected && provided(condition, name.chosen);
        });
    if (met) collect_name(conditional, true);
  }
}

}  // namespace kiln::packages::apk
