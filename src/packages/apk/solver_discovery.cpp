// SPDX-License-Identifier: Apache-2.0
//
// The solver's first step: what may have a part in the answer.
#include "packages/apk/solver_state.hpp"

#include <algorithm>
#include <ranges>
#include <utility>

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

void Solver::see_package(PackageId id) {
  const Package& package = joined_.package(id);
  PackageState& state = package_state(id);
  state.depends = joined_.depends(id);
  if (std::ranges::any_of(state.depends,
                          [&](const Link& link) { return is_lost_to_exclusion(link); })) {
    for (const Link& link : state.depends)
      if (!is_lost_to_exclusion(link)) state.depends_left.push_back(link);
    state.depends = state.depends_left;
  }
  state.seen = true;
  state.trigger_failed = package.install_if.empty();
  state.selectable = !is_excluded(id);
  state.untagged = std::ranges::any_of(
      package.sources, [&](uint32_t source) { return set_.source(source).tag.empty(); });
  state.tag_allowed = state.tag_preferred = state.untagged;
}

void Solver::see_name(NameId id) {
  name_state(id).seen = true;
  name_state(id).never_triggered = true;
  seen_names_.push_back(id);
}

void Solver::follow(NameId id, const std::array<Step, 3>& steps) {
  Frames frames{{.kind = Frame::Kind::name, .id = id}};
  while (!frames.empty()) (this->*steps[static_cast<size_t>(frames.back().kind)])(frames);
}

// Depth first: the depth of a circle is what was known of it when it closed.
void Solver::discover(NameId id) {
  follow(id, {&Solver::discover_name, &Solver::discover_package, &Solver::discover_triggered});
}

void Solver::discover_name(Frames& frames) {
  Frame& frame = frames.back();
  NameId id = frame.id;
  if (!std::exchange(frame.begun, true)) {
    if (name_state(id).seen) return frames.pop_back();
    see_name(id);
  }
  NameState& name = name_state(id);
  std::span<const Provider> all = providers(id);
  for (; frame.next < all.size(); ++frame.next) {
    PackageId package = all[frame.next].package;
    const PackageState& state = package_state(package);
    // Comes back here when the package is seen.
    if (!state.seen) {
      frames.push_back({.kind = Frame::Kind::package, .id = package});
      return;
    }
    name.never_triggered &= state.trigger_failed;
    name.depth = std::max(name.depth, state.depth);
  }
  auto virtual_providers = std::ranges::count_if(
      all, [&](const Provider& provider) { return joined_.package(provider.package).name != id; });
  if (virtual_providers > 0)
    name.rank = static_cast<size_t>(virtual_providers) == all.size() ? 2 : 1;
  frames.pop_back();
  // The last one pushed is the first one looked at.
  auto push = [&](NameId trigger, bool unless_seen) {
    if (name_state(trigger).next_trigger < joined_.triggered(trigger).size())
      frames.push_back({.kind = Frame::Kind::triggers, .id = trigger, .unless_seen = unless_seen});
  };
  for (const Provider& provider : std::views::reverse(all)) {
    const Package& package = joined_.package(provider.package);
    for (const auto& [provided, version] : std::views::reverse(package.provides))
      push(provided, true);
    push(package.name, false);
  }
}

void Solver::discover_package(Frames& frames) {
  Frame& frame = frames.back();
  if (!std::exchange(frame.begun, true)) see_package(frame.id);
  PackageState& state = package_state(frame.id);
  for (; frame.next < state.depends.size(); ++frame.next) {
    NameId needed = state.depends[frame.next].name;
    // Comes back here when the name is seen.
    if (!name_state(needed).seen) {
      frames.push_back({.kind = Frame::Kind::name, .id = needed});
      return;
    }
    state.depth = std::max(state.depth, name_state(needed).depth + 1);
  }
  frames.pop_back();
}

// The names of packages whose install_if has a name, whether or not the rest of it can be met.
void Solver::discover_triggered(Frames& frames) {
  Frame& frame = frames.back();
  NameState& name = name_state(frame.id);
  std::span<const NameId> all = joined_.triggered(frame.id);
  if (name.next_trigger == all.size() || (frame.unless_seen && name.seen)) return frames.pop_back();
  frame.unless_seen = false;
  frames.push_back({.kind = Frame::Kind::name, .id = all[name.next_trigger++]});
}

// Fills in who depends on whom among the names seen.
void Solver::connect() {
  std::vector<std::pair<uint64_t, NameId>> in_order;
  for (NameId id : seen_names_) in_order.emplace_back(joined_.rank(id), id);
  std::ranges::sort(in_order);
  auto add = [](std::vector<NameId>& list, NameId id) {
    if (list.empty() || list.back() != id) list.push_back(id);
  };
  for (const auto& [rank, id] : in_order)
    for (const Provider& provider : providers(id)) {
      for (const Link& link : package_state(provider.package).depends)
        add(name_state(link.name).dependents, id);
      for (const Link& condition : joined_.package(provider.package).install_if)
        add(name_state(condition.name).conditional, id);
    }
}

}  // namespace kiln::packages::apk
