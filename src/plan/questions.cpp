// SPDX-License-Identifier: Apache-2.0
#include "plan/questions.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include <fmt/format.h>

namespace kiln::plan {

using packages::Universe;

namespace {

constexpr size_t k_most_steps = 100'000;  // of the search for chains

using ByName = std::map<std::string_view, const Ground*>;

ByName by_name(std::span<const Ground> grounds) {
  ByName index;
  for (const Ground& ground : grounds) index.emplace(ground.id.name, &ground);
  return index;
}

Result<const Ground*> find(const ByName& index, std::string_view name) {
  if (auto found = index.find(name); found != index.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [known, ground] : index) names.emplace_back(known);
  auto near = nearest(name, names);
  return fail(ErrorCode::not_found, fmt::format("{} is not in the plan", printable(name)),
              near ? fmt::format("did you mean {}?", *near) : "");
}

bool contains(const std::vector<Chain::Link>& links, std::string_view package) {
  return std::ranges::any_of(links, [&](const Chain::Link& l) { return l.package == package; });
}

Question changed(const Question& question, const std::vector<Wish>& added,
                 const std::vector<std::string>& removed) {
  Question other = question;
  for (const std::string& name : removed) {
    std::erase_if(other.wishes, [&](const Wish& wish) { return wish.requirement.name == name; });
    other.exclusions.erase(name);
  }
  other.wishes.insert(other.wishes.end(), added.begin(), added.end());
  return other;
}

std::vector<std::string> providers_of(const Universe& universe, const Answer& answer,
                                      std::string_view name) {
  packages::Requirement wanted{.name = std::string(name)};
  std::vector<std::string> providers;
  for (const Choice& choice : answer.choices) {
    const packages::Candidate& candidate = universe.get(choice.candidate);
    if (universe.satisfies(choice.candidate, wanted, candidate.id.architecture))
      providers.push_back(candidate.id.name);
  }
  return providers;
}

}  // namespace

std::vector<Ground> grounds(const Answer& answer, const Universe& universe) {
  std::vector<Ground> list;
  for (const Choice& choice : answer.choices) {
    const packages::Candidate& candidate = universe.get(choice.candidate);
    list.push_back({candidate.id, candidate.repository, choice.reasons});
  }
  return list;
}

std::vector<Ground> grounds(const LockedPlan& locked) {
  std::vector<Ground> list;
  for (size_t i = 0; i < locked.plan.packages.size(); ++i)
    list.push_back(
        {locked.plan.packages[i].id, locked.origins[i].repository, locked.origins[i].reasons});
  return list;
}

std::string Chain::str() const {
  std::string text;
  for (const Link& link : links) {
    if (text.empty())
      text = fmt::format("{} ({})", link.package, link.relation);
    else
      text += " -> " + link.package;
  }
  return text;
}

// Breadth first from the package up to the wishes; `links` of an unfinished chain are upside down.
Result<std::vector<Chain>> why(std::span<const Ground> grounds, std::string_view name,
                               size_t limit) {
  ByName index = by_name(grounds);
  TRY(find(index, name));
  struct Partial {
    std::vector<Chain::Link> links;
    std::string top;  // the package whose reasons come next
  };
  std::vector<Chain> chains;
  std::deque<Partial> open{{{}, std::string(name)}};
  for (size_t steps = 0; !open.empty() && chains.size() < limit && steps < k_most_steps; ++steps) {
    Partial partial = std::move(open.front());
    open.pop_front();
    auto ground = index.find(partial.top);
    if (ground == index.end()) continue;
    for (const Reason& reason : ground->second->reasons) {
      std::vector<Chain::Link> links = partial.links;
      links.push_back({partial.top, reason.relation, reason.alternatives});
      if (reason.by.empty()) {
        std::ranges::reverse(links);
        if (chains.size() < limit) chains.push_back({std::move(links)});
      } else if (!contains(links, reason.by)) {
        open.push_back({std::move(links), reason.by});
      }
    }
  }
  return chains;
}

Result<std::vector<std::string>> what_leaves(std::span<const Ground> grounds,
                                             std::string_view name) {
  ByName index = by_name(grounds);
  TRY(find(index, name));
  std::map<std::string_view, std::vector<std::string_view>> needs;
  std::vector<std::string_view> open;
  for (const Ground& ground : grounds)
    for (const Reason& reason : ground.reasons) {
      if (reason.by.empty())
        open.push_back(ground.id.name);
      else
        needs[reason.by].push_back(ground.id.name);
    }
  std::set<std::string_view> stays;
  while (!open.empty()) {
    std::string_view package = open.back();
    open.pop_back();
    if (package == name || !stays.insert(package).second) continue;
    open.insert(open.end(), needs[package].begin(), needs[package].end());
  }
  std::vector<std::string> leaves;
  for (const auto& [package, ground] : index)
    if (!stays.contains(package)) leaves.emplace_back(package);
  return leaves;
}

Result<std::vector<OfferedVersion>> why_version(const Universe& universe, const Answer& answer,
                                                std::string_view name) {
  std::vector<OfferedVersion> versions;
  for (packages::CandidateId id : universe.named(name)) {
    const packages::Candidate& candidate = universe.get(id);
    bool chosen =
        std::ranges::any_of(answer.choices, [&](const Choice& c) { return c.candidate == id; });
    versions.push_back({candidate.id.version, candidate.repository, candidate.priority, chosen});
  }
  if (versions.empty())
    return fail(ErrorCode::not_found,
                fmt::format("there is no package {} in the repositories", printable(name)));
  return versions;
}

Difference difference(const Universe& universe, const Answer& before, const Answer& after) {
  std::map<std::string, const model::PackageId*> old_packages;
  for (const Choice& choice : before.choices) {
    const model::PackageId& id = universe.get(choice.candidate).id;
    old_packages.emplace(id.name, &id);
  }
  Difference result;
  for (const Choice& choice : after.choices) {
    const model::PackageId& id = universe.get(choice.candidate).id;
    auto old_package = old_packages.find(id.name);
    if (old_package == old_packages.end()) {
      result.added.push_back(id);
      continue;
    }
    if (*old_package->second != id)
      result.moved.push_back({id.name, old_package->second->version, id.version});
    old_packages.erase(old_package);
  }
  for (const auto& [name, id] : old_packages) result.removed.push_back(*id);
  std::ranges::sort(result.added);
  std::ranges::sort(result.moved, {}, &Difference::Moved::name);
  return result;
}

Result<Difference> what_if(const Universe& universe, const Question& question,
                           const std::vector<Wish>& added,
                           const std::vector<std::string>& removed) {
  Answer before = TRY(resolve(universe, question));
  Answer after = TRY(resolve(universe, changed(question, added, removed)));
  return difference(universe, before, after);
}

Result<Absence> why_not(const Universe& universe, const Question& question, std::string_view name) {
  Answer answer = TRY(resolve(universe, question));
  for (const Choice& choice : answer.choices)
    if (universe.get(choice.candidate).id.name == name)
      return Absence{Absence::Kind::present, fmt::format("{} is in the plan", name), {}};
  std::vector<std::string> providers = providers_of(universe, answer, name);
  if (!providers.empty())
    return Absence{Absence::Kind::provided,
                   fmt::format("{} is provided by {}", name, join(providers, ", ")), providers};
  if (question.exclusions.contains(name))
    return Absence{
        Absence::Kind::excluded, fmt::format("the definition excludes {} ('!{}')", name, name), {}};
  Wish wish{{.name = std::string(name)}, "asked on trial"};
  auto with_it = resolve(universe, changed(question, {wish}, {}));
  if (!with_it) {
    if (with_it.error().code != ErrorCode::unsatisfiable) return std::unexpected(with_it.error());
    return Absence{Absence::Kind::impossible, with_it.error().message, {}};
  }
  Difference change = difference(universe, answer, *with_it);
  return Absence{Absence::Kind::unneeded,
                 fmt::format("nothing in the plan needs {}; asking for it would add {} package{}",
                             name, change.added.size(), change.added.size() == 1 ? "" : "s"),
                 {}};
}

}  // namespace kiln::plan
