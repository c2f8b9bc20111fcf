// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/solver.hpp"

#include "packages/apk/solver_state.hpp"
#include "packages/apk/version.hpp"

#include <algorithm>
#include <tuple>

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

}  // namespace

NameId Solver::number(std::string_view name) {
  if (auto known = set_.find(name)) return *known;
  auto [place, fresh] = strangers_.try_emplace(name, static_cast<NameId>(names_.size()));
  if (fresh) names_.emplace_back();
  return place->second;
}

std::span<const Provider> Solver::providers(NameId name) const {
  return name < set_.name_count() ? set_.providers(name) : std::span<const Provider>{};
}

// Whether a relation lets a package, or nobody, stand for its name.
bool Solver::provided(const Link& link, const Provider& provider) const {
  if (provider.package == k_nobody) return link.relation.conflict;
  return fits(link.relation, provider.version) != link.relation.conflict;
}

bool Solver::satisfiable(const Link& link) const {
  const NameState& name = names_[link.name];
  if (name.settled) return provided(link, name.chosen);
  if (name.needed_by == 0 && provided(link, {})) return true;
  return std::ranges::any_of(providers(link.name), [&](const Provider& provider) {
    return packages_[provider.package].selectable && provided(link, provider);
  });
}

void Solver::look_again(NameId id) {
  NameState& name = names_[id];
  if (name.waiting || name.settled || (name.needed_by == 0 && !name.conditions_changed)) return;
  name.waiting = true;
  queue_.push_back(id);
}

void Solver::list(NameId id) {
  NameState& name = names_[id];
  if (name.settled) return;
  bool wanted = name.needed_by > 0 || name.triggered;
  if (wanted == name.unresolved) return;
  name.unresolved = wanted;
  if (wanted)
    unresolved_.insert(unresolved_.begin(), id);
  else
    std::erase(unresolved_, id);
}

void Solver::dependents_look_again(NameId id) {
  for (NameId dependent : names_[id].dependents) {
    names_[dependent].dependencies_changed = true;
    look_again(dependent);
  }
}

void Solver::conditionals_look_again(NameId id) {
  for (NameId conditional : names_[id].conditional) {
    if (names_[conditional].never_triggered) continue;
    names_[conditional].conditions_changed = true;
    look_again(conditional);
  }
}

void Solver::need_changed(NameId id) {
  list(id);
  conditionals_look_again(id);
  look_again(id);
}

void Solver::rule_out(CandidateId id) {
  packages_[id].selectable = false;
  const Package& package = set_.package(id);
  dependents_look_again(package.name);
  for (const auto& [name, version] : package.provides) dependents_look_again(name);
  conditionals_look_again(package.name);
}

// Tags are handed down: what a tagged wish needs may come from that tag's repositories.
void Solver::inherit(CandidateId id, const PackageState* from, std::string_view wished_tag) {
  PackageState& state = packages_[id];
  auto allows = [&](std::string_view tag) {
    return std::ranges::any_of(set_.package(id).sources,
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
  if (!link.relation.conflict && ++names_[link.name].needed_by == 1) need_changed(link.name);
  for (const Provider& provider : providers(link.name)) {
    PackageState& state = packages_[provider.package];
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
    const Package& package = set_.package(provider.package);
    if (package.name == must_provide || !packages_[provider.package].selectable) continue;
    if (spare_virtual && provider.version.empty()) continue;
    bool spared = std::ranges::any_of(package.provides, [&](const auto& provided) {
      return provided.first == must_provide || (spare_virtual && provided.second.empty());
    });
    if (!spared) rule_out(provider.package);
  }
}

// Whether a package's install_if has become true or impossible.
void Solver::check_trigger(CandidateId id) {
  PackageState& state = packages_[id];
  if (state.triggered || state.trigger_failed) return;
  for (const Link& condition : set_.package(id).install_if) {
    const NameState& name = names_[condition.name];
    if (!name.settled) return;
    if (provided(condition, name.chosen)) continue;
    state.trigger_failed = true;
    return;
  }
  state.triggered = true;
}

void Solver::count_common(const Provider& provider, uint32_t before) {
  const Package& package = set_.package(provider.package);
  for (const Link& link : packages_[provider.package].depends)
    if (!link.relation.conflict) count_once(names_[link.name].common_dependency, before);
  NameState& own = names_[package.name];
  if (count_once(own.common_provide, before)) own.provided_virtually |= provider.version.empty();
  for (const auto& [id, version] : package.provides)
    if (count_once(names_[id].common_provide, before))
      names_[id].provided_virtually |= version.empty();
}

void Solver::reconsider(NameId id) {
  bool dependencies_changed = std::exchange(names_[id].dependencies_changed, false);
  bool conditions_changed = std::exchange(names_[id].conditions_changed, false);
  std::optional<CandidateId> first;
  uint32_t options = 0;
  bool tag_missing = false;
  bool triggered = false;
  bool never_triggered = true;
  for (const Provider& provider : providers(id)) {
    PackageState& state = packages_[provider.package];
    state.in_next_group = false;
    if (dependencies_changed && state.selectable &&
        !std::ranges::all_of(state.depends, [&](const Link& link) { return satisfiable(link); }))
      rule_out(provider.package);
    if (!state.selectable) continue;
    if (conditions_changed) {
      check_trigger(provider.package);
      if (state.triggered)
        for (const Link& condition : set_.package(provider.package).install_if)
          if (CandidateId by = names_[condition.name].chosen.package; by != k_nobody)
            inherit(provider.package, &packages_[by], {});
    }
    triggered |= state.triggered;
    never_triggered &= state.trigger_failed;
    if (names_[id].needed_by == 0) continue;
    state.in_next_group = true;
    if (!first) first = provider.package;
    count_common(provider, options);
    tag_missing |= !state.tag_allowed;
    ++options;
  }
  NameState& name = names_[id];
  name.has_options = options > 1 || tag_missing;
  name.triggered = triggered;
  name.never_triggered = never_triggered;
  list(id);
  if (first) conclude(id, *first, options);
  names_[id].dependents_settled = std::ranges::all_of(
      names_[id].dependents, [&](NameId dependent) { return names_[dependent].settled; });
}

// What all packages that are left for a name have in common holds whichever is taken.
void Solver::conclude(NameId id, CandidateId first, uint32_t options) {
  for (const Provider& provider : providers(id))
    packages_[provider.package].in_group = packages_[provider.package].in_next_group;
  for (const Link& link : packages_[first].depends) {
    NameState& name = names_[link.name];
    if (!take_complete(name.common_dependency, options)) continue;
    if (options == 1) {
      apply(link, &packages_[first], {});
    } else if (name.needed_by == 0) {
      ++name.needed_by;
      need_changed(link.name);
      for (const Provider& provider : providers(link.name))
        inherit(provider.package, &packages_[first], {});
    }
  }
  const Package& package = set_.package(first);
  auto narrow = [&](NameId other) {
    if (take_complete(names_[other].common_provide, options))
      rule_out_others(other, id, names_[other].provided_virtually);
  };
  narrow(package.name);
  for (const auto& [other, version] : package.provides) narrow(other);
  names_[package.name].provided_virtually = false;
  for (const auto& [other, version] : package.provides) names_[other].provided_virtually = false;
}

// Above 0 when apk prefers a package for a name to another, below when the other.
int Solver::compare(const Provider& a, const Provider& b) const {
  if (b.package == k_nobody) return 1;
  const PackageState& left = packages_[a.package];
  const PackageState& right = packages_[b.package];
  auto prefer = [](bool x, bool y) { return int{x} - int{y}; };
  if (int order = prefer(left.selectable, right.selectable)) return order;
  if (int order = prefer(left.in_group, right.in_group)) return order;
  if (left.conflicts != right.conflicts) return right.conflicts - left.conflicts;
  if (int order = prefer(left.tag_allowed, right.tag_allowed)) return order;
  if (int order = prefer(left.tag_preferred, right.tag_preferred)) return order;
  auto sign = [](std::strong_ordering order) { return order > 0 ? 1 : order < 0 ? -1 : 0; };
  if (!a.version.empty() && !b.version.empty())
    if (int order = sign(compare_versions(a.version, b.version))) return order;
  const Package& one = set_.package(a.package);
  const Package& other = set_.package(b.package);
  if (one.name == other.name)
    if (int order = sign(compare_versions(one.entry.version, other.entry.version))) return order;
  if (one.entry.provider_priority != other.entry.provider_priority)
    return one.entry.provider_priority > other.entry.provider_priority ? 1 : -1;
  return static_cast<int>(other.sources.front()) - static_cast<int>(one.sources.front());
}

bool Solver::may_be_chosen(NameId id, const Provider& provider) const {
  const PackageState& state = packages_[provider.package];
  const Package& package = set_.package(provider.package);
  if (names_[id].needed_by == 0 && (!state.triggered || !state.tag_allowed)) return false;
  // Who provides a name without version is not chosen for it among several, unless it says how
  // much it wants to be or is needed by its own name.
  return !provider.version.empty() || names_[package.name].needed_by > 0 ||
         package.entry.provider_priority > 0 || providers(id).size() == 1;
}

void Solver::settle(NameId id) {
  Provider chosen;
  if (names_[id].needed_by > 0 || names_[id].triggered)
    for (const Provider& provider : providers(id))
      if (may_be_chosen(id, provider) && compare(provider, chosen) > 0) chosen = provider;
  if (chosen.package == k_nobody) {
    assign(id, {});
    if (names_[id].needed_by > 0)
      contradict(k_nobody, fmt::format("nothing can be chosen for {}", text(id)));
    return;
  }
  PackageState& state = packages_[chosen.package];
  const Package& package = set_.package(chosen.package);
  if (!state.selectable || !state.tag_allowed)
    contradict(chosen.package,
               fmt::format("{}-{} cannot be taken", package.entry.name, package.entry.version));
  assign(package.name, {chosen.package, package.entry.version});
  for (const auto& [name, version] : package.provides) assign(name, {chosen.package, version});
  for (const Link& link : state.depends) apply(link, &state, {});
}

void Solver::assign(NameId id, const Provider& provider) {
  NameState& name = names_[id];
  if (name.settled) {
    if (provider.version.empty() && name.chosen.version.empty()) return;
    std::string text = fmt::format("{} is provided twice", this->text(id));
    contradict(provider.package, text);
    contradict(name.chosen.package, text);
    return;
  }
  name.settled = true;
  name.chosen = provider;
  if (std::exchange(name.unresolved, false)) std::erase(unresolved_, id);
  name.waiting = false;
  for (const Provider& other : providers(id)) {
    if (other.package == provider.package) continue;
    if (provider.version.empty() && other.version.empty()) continue;
    rule_out(other.package);
  }
  dependents_look_again(id);
  conditionals_look_again(id);
}

void Solver::contradict(CandidateId id, std::string text) {
  if (id != k_nobody && std::exchange(packages_[id].refused, true)) return;
  solution_.contradictions.push_back(std::move(text));
}

// The name to settle next: one that leaves no choice, else needed before called for, fewer virtual
// providers before more, longer chains of dependencies before shorter.
NameId Solver::next_unresolved() const {
  auto rank = [&](NameId id) {
    const NameState& name = names_[id];
    return std::tuple(name.needed_by == 0, name.rank, -int64_t{name.depth});
  };
  NameId best = unresolved_.front();
  for (NameId id : unresolved_) {
    const NameState& name = names_[id];
    if (name.dependents_settled && name.needed_by > 0 && !name.has_options) return id;
    if (rank(id) < rank(best)) best = id;
  }
  return best;
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
    world.push_back({Link{number(relation.name), relation}, tag});
  }
  std::ranges::stable_sort(world, {}, [](const auto& wish) { return wish.first.relation.name; });
  for (const auto& [link, tag] : world) discover(link.name);
  connect();
  for (const auto& [link, tag] : world) apply(link, nullptr, tag);
  while (true) {
    while (!queue_.empty()) {
      NameId id = queue_.front();
      queue_.pop_front();
      if (std::exchange(names_[id].waiting, false)) reconsider(id);
    }
    if (unresolved_.empty()) break;
    settle(next_unresolved());
  }
  for (const auto& [link, tag] : world) collect(link, k_nobody);
  return std::move(solution_);
}

Solution solve(const PackageSet& packages, std::span<const Requirement> wishes,
               const std::set<std::string, std::less<>>& excluded) {
  return Solver(packages, excluded).run(wishes);
}

}  // namespace kiln::packages::apk
