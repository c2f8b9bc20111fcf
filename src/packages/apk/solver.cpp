// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/solver.hpp"

#include "base/strings.hpp"
#include "packages/apk/solver_state.hpp"
#include "packages/apk/version.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

// Counts a name once for each of several packages: `count` is the number of those before.
bool count_once(uint32_t& counter, uint32_t count) {
  if (counter != count) return false;
  counter = count + 1;
  return true;
}

bool take_complete(uint32_t& counter, uint32_t count) {
  return std::exchange(counter, 0) == count;
}

// The order of wishes: that of their names without regard to case.
bool comes_before(std::string_view a, std::string_view b) {
  std::string left = to_lower(a);
  std::string right = to_lower(b);
  return left != right ? left < right : a < b;
}

}  // namespace

// Whether a relation lets a package, or nobody, stand for its name.
bool Solver::provided(const Link& link, const Provider& provider) const {
  if (provider.package == k_nobody) return link.relation.conflict;
  return fits(link.relation, provider.version) != link.relation.conflict;
}

bool Solver::satisfiable(const Link& link) {
  const NameState& name = name_state(link.name);
  if (name.settled) return provided(link, name.chosen);
  if (name.needed_by == 0 && provided(link, {})) return true;
  return std::ranges::any_of(providers(link.name), [&](const Provider& provider) {
    return package_state(provider.package).selectable && provided(link, provider);
  });
}

void Solver::look_again(NameId id) {
  NameState& name = name_state(id);
  if (name.waiting || name.settled || (name.needed_by == 0 && !name.conditions_changed)) return;
  name.waiting = true;
  queue_.push_back(id);
}

Turn Solver::turn_of(NameId id) {
  const NameState& name = name_state(id);
  Turn turn{.leaves_choice = true, .negative_age = name.turn.negative_age, .name = id};
  if (name.dependents_settled && name.needed_by > 0 && !name.has_options) {
    turn.leaves_choice = false;
  } else {
    turn.not_asked_for = !name.asked_for;
    turn.rank = name.rank;
    turn.negative_depth = -int64_t{name.depth};
    turn.not_needed = name.needed_by == 0;
  }
  return turn;
}

// Puts a name among those to settle, in its place, or takes it away.
void Solver::list(NameId id) {
  NameState& name = name_state(id);
  if (name.settled) return;
  bool wanted = name.needed_by > 0 || name.triggered;
  if (!wanted && !name.unresolved) return;
  bool was = std::exchange(name.unresolved, wanted);
  if (wanted && !was) name.turn.negative_age = --listed_;
  Turn turn = turn_of(id);
  if (was && wanted && turn == name.turn) return;
  if (was) unresolved_.erase(name.turn);
  name.turn = turn;
  if (wanted) unresolved_.insert(turn);
}

void Solver::dependents_look_again(NameId id) {
  for (NameId dependent : name_state(id).dependents) {
    name_state(dependent).dependencies_changed = true;
    look_again(dependent);
  }
}

void Solver::conditionals_look_again(NameId id) {
  for (NameId conditional : name_state(id).conditional) {
    if (name_state(conditional).never_triggered) continue;
    name_state(conditional).conditions_changed = true;
    look_again(conditional);
  }
}

void Solver::conditionals_of_all_names_look_again(const Package& package) {
  conditionals_look_again(package.name);
  for (const auto& [name, version] : package.provides) conditionals_look_again(name);
}

void Solver::need_changed(NameId id) {
  list(id);
  conditionals_look_again(id);
  look_again(id);
}

void Solver::rule_out(PackageId id) {
  package_state(id).selectable = false;
  const Package& package = joined_.package(id);
  dependents_look_again(package.name);
  for (const auto& [name, version] : package.provides) dependents_look_again(name);
  conditionals_of_all_names_look_again(package);
}

// Tags are handed down: what a tagged wish needs may come from that tag's repositories.
void Solver::inherit(PackageId id, const PackageState* from, std::string_view wished_tag) {
  PackageState& state = package_state(id);
  auto allows = [&](std::string_view tag) {
    return std::ranges::any_of(joined_.package(id).sources,
                               [&](uint32_t source) { return set_.source(source).tag == tag; });
  };
  if (from != nullptr) {
    state.tags.insert(from->tags.begin(), from->tags.end());
  } else if (!wished_tag.empty()) {
    state.tags.emplace(wished_tag);
    state.tag_preferred = allows(wished_tag);
  } else {
    state.tag_preferred = state.untagged;
  }
  state.tag_allowed = state.tag_allowed || std::ranges::any_of(state.tags, allows);
}

void Solver::apply(const Link& link, const PackageState* from, std::string_view wished_tag) {
  if (!link.relation.conflict && ++name_state(link.name).needed_by == 1) need_changed(link.name);
  for (const Provider& provider : providers(link.name)) {
    PackageState& state = package_state(provider.package);
    bool good = provided(link, provider);
    if (!good) ++state.conflicts;
    if (state.selectable && state.conflicts > 0) rule_out(provider.package);
    if (good) inherit(provider.package, from, wished_tag);
  }
}

// Rules out the packages of a name that lack another name which all packages of that one have.
void Solver::rule_out_others(NameId id, NameId must_provide, bool spare_virtual) {
  if (id == must_provide) return;
  for (const Provider& provider : providers(id)) {
    const Package& package = joined_.package(provider.package);
    if (package.name == must_provide || !package_state(provider.package).selectable) continue;
    if (spare_virtual && provider.version.empty()) continue;
    bool spared = std::ranges::any_of(package.provides, [&](const auto& provided) {
      return provided.first == must_provide || (spare_virtual && provided.second.empty());
    });
    if (!spared) rule_out(provider.package);
  }
}

// Whether a package's install_if has become true or impossible.
void Solver::check_trigger(PackageId id) {
  PackageState& state = package_state(id);
  if (state.triggered || state.trigger_failed) return;
  for (const Link& condition : joined_.package(id).install_if) {
    const NameState& name = name_state(condition.name);
    if (!name.settled) return;
    if (provided(condition, name.chosen)) continue;
    state.trigger_failed = true;
    return;
  }
  state.triggered = true;
}

void Solver::count_common(const Provider& provider, uint32_t before) {
  const Package& package = joined_.package(provider.package);
  for (const Link& link : package_state(provider.package).depends)
    if (!link.relation.conflict) count_once(name_state(link.name).common_dependency, before);
  NameState& own = name_state(package.name);
  if (count_once(own.common_provide, before)) own.provided_virtually |= provider.version.empty();
  for (const auto& [id, version] : package.provides)
    if (count_once(name_state(id).common_provide, before))
      name_state(id).provided_virtually |= version.empty();
}

void Solver::reconsider(NameId id) {
  bool dependencies_changed = std::exchange(name_state(id).dependencies_changed, false);
  bool conditions_changed = std::exchange(name_state(id).conditions_changed, false);
  std::optional<PackageId> first;
  uint32_t options = 0;
  bool tag_missing = false;
  bool triggered = false;
  bool never_triggered = true;
  for (const Provider& provider : providers(id)) {
    PackageState& state = package_state(provider.package);
    state.in_next_group = false;
    if (dependencies_changed && state.selectable &&
        !std::ranges::all_of(state.depends, [&](const Link& link) { return satisfiable(link); }))
      rule_out(provider.package);
    if (!state.selectable) continue;
    if (conditions_changed) {
      check_trigger(provider.package);
      if (state.triggered)
        for (const Link& condition : joined_.package(provider.package).install_if)
          if (PackageId by = name_state(condition.name).chosen.package; by != k_nobody)
            inherit(provider.package, &package_state(by), {});
    }
    triggered |= state.triggered;
    never_triggered &= state.trigger_failed;
    if (name_state(id).needed_by == 0) continue;
    state.in_next_group = true;
    if (!first) first = provider.package;
    count_common(provider, options);
    tag_missing |= !state.tag_allowed;
    ++options;
  }
  NameState& name = name_state(id);
  name.has_options = options > 1 || tag_missing;
  name.triggered = triggered;
  name.never_triggered = never_triggered;
  list(id);
  if (first) conclude(id, *first, options);
  name_state(id).dependents_settled = std::ranges::all_of(
      name_state(id).dependents, [&](NameId dependent) { return name_state(dependent).settled; });
  list(id);
}

// What all packages that are left for a name have in common holds whichever is taken.
void Solver::conclude(NameId id, PackageId first, uint32_t options) {
  for (const Provider& provider : providers(id))
    package_state(provider.package).in_group = package_state(provider.package).in_next_group;
  for (const Link& link : package_state(first).depends) {
    NameState& name = name_state(link.name);
    if (!take_complete(name.common_dependency, options)) continue;
    if (options == 1) {
      apply(link, &package_state(first), {});
    } else if (name.needed_by == 0) {
      ++name.needed_by;
      need_changed(link.name);
      for (const Provider& provider : providers(link.name))
        inherit(provider.package, &package_state(first), {});
    }
  }
  const Package& package = joined_.package(first);
  auto narrow = [&](NameId other) {
    if (take_complete(name_state(other).common_provide, options))
      rule_out_others(other, id, name_state(other).provided_virtually);
  };
  narrow(package.name);
  for (const auto& [other, version] : package.provides) narrow(other);
  name_state(package.name).provided_virtually = false;
  for (const auto& [other, version] : package.provides)
    name_state(other).provided_virtually = false;
}

// Above 0 when apk prefers a package for a name to another, below when the other.
int Solver::compare(const Provider& a, const Provider& b) {
  if (b.package == k_nobody) return 1;
  const PackageState& left = package_state(a.package);
  const PackageState& right = package_state(b.package);
  auto prefer = [](bool x, bool y) { return int{x} - int{y}; };
  if (int order = prefer(left.selectable, right.selectable)) return order;
  if (int order = prefer(left.in_group, right.in_group)) return order;
  if (left.conflicts != right.conflicts) return right.conflicts - left.conflicts;
  if (int order = prefer(left.tag_allowed, right.tag_allowed)) return order;
  if (int order = prefer(left.tag_preferred, right.tag_preferred)) return order;
  auto sign = [](std::strong_ordering order) { return order > 0 ? 1 : order < 0 ? -1 : 0; };
  if (!a.version.empty() && !b.version.empty())
    if (int order = sign(compare_versions(a.version, b.version))) return order;
  const Package& one = joined_.package(a.package);
  const Package& other = joined_.package(b.package);
  if (one.name == other.name)
    if (int order = sign(compare_versions(one.version, other.version))) return order;
  if (one.provider_priority != other.provider_priority)
    return one.provider_priority > other.provider_priority ? 1 : -1;
  return static_cast<int>(other.sources.front()) - static_cast<int>(one.sources.front());
}

bool Solver::may_be_chosen(NameId id, const Provider& provider) {
  const PackageState& state = package_state(provider.package);
  const Package& package = joined_.package(provider.package);
  if (name_state(id).needed_by == 0 && (!state.triggered || !state.tag_allowed)) return false;
  // Who provides a name without version is not chosen for it, unless it says how much it wants to
  // be or is needed by its own name.
  return !provider.version.empty() || name_state(package.name).needed_by > 0 ||
         package.provider_priority > 0;
}

void Solver::settle(NameId id) {
  Provider chosen;
  if (name_state(id).needed_by > 0 || name_state(id).triggered)
    for (const Provider& provider : providers(id))
      if (may_be_chosen(id, provider) && compare(provider, chosen) > 0) chosen = provider;
  if (chosen.package == k_nobody) {
    assign(id, {});
    if (name_state(id).needed_by > 0)
      contradict(k_nobody, fmt::format("nothing can be chosen for {}", joined_.text(id)));
    return;
  }
  PackageState& state = package_state(chosen.package);
  const Package& package = joined_.package(chosen.package);
  if (!state.selectable || !state.tag_allowed)
    contradict(chosen.package,
               fmt::format("{}-{} cannot be taken", joined_.text(package.name), package.version));
  assign(package.name, {chosen.package, package.version});
  for (const auto& [name, version] : package.provides) assign(name, {chosen.package, version});
  for (const Link& link : state.depends) apply(link, &state, {});
}

void Solver::assign(NameId id, const Provider& provider) {
  NameState& name = name_state(id);
  if (name.settled) {
    if (provider.version.empty() && name.chosen.version.empty()) return;
    std::string text = fmt::format("{} is provided twice", joined_.text(id));
    contradict(provider.package, text);
    contradict(name.chosen.package, text);
    return;
  }
  name.settled = true;
  name.chosen = provider;
  if (std::exchange(name.unresolved, false)) unresolved_.erase(name.turn);
  name.waiting = false;
  for (const Provider& other : providers(id)) {
    if (other.package == provider.package) continue;
    if (provider.version.empty() && other.version.empty()) continue;
    rule_out(other.package);
  }
  dependents_look_again(id);
  if (provider.package == k_nobody)
    conditionals_look_again(id);
  else
    conditionals_of_all_names_look_again(joined_.package(provider.package));
}

void Solver::contradict(PackageId id, std::string text) {
  if (id != k_nobody && std::exchange(package_state(id).refused, true)) return;
  solution_.contradictions.push_back(std::move(text));
}

Solution Solver::run(std::span<const Requirement> wishes) {
  std::vector<Requirement> untagged(wishes.begin(), wishes.end());
  std::vector<std::pair<Link, std::string>> world;
  for (Requirement& wish : untagged) {
    std::string tag;
    if (size_t at = wish.name.find('@'); at != std::string::npos) {
      tag = wish.name.substr(at + 1);
      wish.name.resize(at);
    }
    Relation relation = relation_of(wish);
    world.push_back({Link{joined_.number(relation.name), relation}, tag});
  }
  std::ranges::stable_sort(world, comes_before,
                           [](const auto& wish) { return wish.first.relation.name; });
  for (const auto& [link, tag] : world) {
    discover(link.name);
    name_state(link.name).asked_for = true;
  }
  connect();
  for (const auto& [link, tag] : world) apply(link, nullptr, tag);
  while (true) {
    while (!queue_.empty()) {
      NameId id = queue_.front();
      queue_.pop_front();
      if (std::exchange(name_state(id).waiting, false)) reconsider(id);
    }
    if (unresolved_.empty()) break;
    settle(unresolved_.begin()->name);
  }
  for (const auto& [link, tag] : world) collect(link);
  return std::move(solution_);
}

Solution solve(const PackageSet& packages, std::span<const Requirement> wishes,
               const std::set<std::string, std::less<>>& excluded) {
  return Solver(packages, excluded).run(wishes);
}

}  // namespace kiln::packages::apk
