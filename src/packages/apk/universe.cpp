// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/universe.hpp"

#include "base/strings.hpp"
#include "net/url.hpp"
#include "packages/apk/identify.hpp"
#include "packages/apk/solution_memory.hpp"
#include "packages/apk/version.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

// "curl@edge" is curl to the resolver; the tag is the solver's business.
std::string_view without_tag(std::string_view name) {
  return name.substr(0, name.find('@'));
}

Dependency dependency(DependencyKind kind, const Relation& relation) {
  return {kind, {relation.requirement()}};
}

std::string describe(const Relation& relation) {
  return dependency(DependencyKind::install_if, relation).str();
}

}  // namespace

std::vector<CandidateId> ApkUniverse::named(std::string_view name) const {
  std::vector<CandidateId> found = set_.named(without_tag(name));
  std::ranges::stable_sort(found, [&](CandidateId a, CandidateId b) {
    return apk::compare_versions(set_.package(a).version, set_.package(b).version) > 0;
  });
  return found;
}

// As apk chooses for a name of world: an untagged repository's always, a tagged one's only where
// the wish has its tag, and then before all others.
std::vector<CandidateId> ApkUniverse::for_wish(std::string_view name) const {
  std::vector<CandidateId> found = named(name);
  size_t at = name.find('@');
  std::string_view wanted = at == std::string_view::npos ? std::string_view{} : name.substr(at + 1);
  auto is_in = [&](CandidateId id, std::string_view tag) {
    return std::ranges::any_of(set_.sources_of(id),
                               [&](uint32_t source) { return set_.source(source).tag == tag; });
  };
  std::erase_if(found, [&](CandidateId id) { return !is_in(id, "") && !is_in(id, wanted); });
  std::ranges::stable_partition(found, [&](CandidateId id) { return is_in(id, wanted); });
  return found;
}

Result<> ApkUniverse::check_tags(std::span<const Requirement> wishes) const {
  for (const Requirement& wish : wishes) {
    size_t at = wish.name.find('@');
    if (at == std::string::npos) continue;
    bool known = false;
    for (uint32_t number = 0; number < set_.source_count(); ++number)
      known = known || set_.source(number).tag == wish.name.substr(at + 1);
    if (!known)
      return fail(ErrorCode::unsatisfiable,
                  fmt::format("{} asks for a repository with the tag {}, and there is none",
                              printable(wish.name), printable(wish.name.substr(at))),
                  fmt::format("write one as \"{} URL\" in `repositories`; a rewrite may have "
                              "dropped it",
                              printable(wish.name.substr(at))));
  }
  return {};
}

std::vector<CandidateId> ApkUniverse::providers(std::string_view name) const {
  std::vector<PackageSet::Provided> provided = set_.providers(without_tag(name));
  std::ranges::stable_sort(provided, [&](const auto& a, const auto& b) {
    auto order = apk::compare_versions(a.version, b.version);
    if (order != 0 && !a.version.empty() && !b.version.empty()) return order > 0;
    return set_.package(a.package).provider_priority > set_.package(b.package).provider_priority;
  });
  std::vector<CandidateId> found;
  for (const auto& [package, version] : provided)
    if (std::ranges::find(found, package) == found.end()) found.push_back(package);
  return found;
}

bool ApkUniverse::satisfies(CandidateId candidate, const Requirement& requirement,
                            std::string_view) const {
  Relation relation = relation_of(requirement);
  relation.name = without_tag(relation.name);
  return set_.satisfies(candidate, relation);
}

std::unique_ptr<Candidate> ApkUniverse::make(CandidateId id) const {
  IndexPackage package = set_.package(id);
  std::string_view name = set_.name(id);
  std::vector<uint32_t> sources = set_.sources_of(id);
  auto candidate = std::make_unique<Candidate>();
  candidate->id = {std::string(name), std::string(package.version),
                   std::string(package.architecture)};
  candidate->source = package.origin.empty() ? name : package.origin;
  candidate->source_version = package.version;
  for (uint32_t source : sources)
    for (const std::string& url : set_.source(source).urls)
      candidate->urls.push_back(join_url(url, fmt::format("{}-{}.apk", name, package.version)));
  candidate->size = package.size;
  candidate->installed_size = package.installed_size;
  candidate->repository = set_.source(sources.front()).name;
  for (const Relation& relation : set_.depends(id)) {
    if (relation.conflict)
      candidate->conflicts.push_back(dependency(DependencyKind::conflicts, relation));
    else
      candidate->dependencies.push_back(dependency(DependencyKind::depends, relation));
  }
  return candidate;
}

const Candidate& ApkUniverse::get(CandidateId id) const {
  std::scoped_lock lock(mutex_);
  std::unique_ptr<Candidate>& candidate = candidates_[id];
  if (candidate == nullptr) candidate = make(id);
  return *candidate;
}

std::strong_ordering ApkUniverse::compare_versions(std::string_view a, std::string_view b) const {
  return apk::compare_versions(a, b);
}

std::string_view ApkUniverse::upstream_of(std::string_view version) const {
  return apk::upstream_of(version);
}

std::vector<std::string> ApkUniverse::names() const {
  std::vector<std::string_view> all;
  for (CandidateId id = 0; id < set_.size(); ++id) all.push_back(set_.name(id));
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return {all.begin(), all.end()};
}

Result<std::vector<Digest>> ApkUniverse::digests(std::span<const CandidateId> candidates,
                                                 World& world) const {
  std::vector<Promise> promises;
  for (CandidateId id : candidates) {
    const Candidate& candidate = get(id);
    promises.push_back(
        {candidate.id, std::string(set_.package(id).checksum), candidate.size, candidate.urls});
  }
  return identify(promises, world);
}

// The tags of the repositories that have what a wish without a tag asks for, if all have one: apk
// takes nothing from there that is not asked for with the tag.
std::set<std::string> ApkUniverse::tags_around(const Requirement& wish) const {
  std::set<std::string> tags;
  if (wish.name.contains('@')) return tags;
  std::vector<CandidateId> fitting = named(wish.name);
  std::ranges::copy(providers(wish.name), std::back_inserter(fitting));
  for (CandidateId id : fitting) {
    if (!satisfies(id, wish, "")) continue;
    for (uint32_t source : set_.sources_of(id)) {
      const std::string& tag = set_.source(source).tag;
      if (tag.empty()) return {};
      tags.insert(tag);
    }
  }
  return tags;
}

Error ApkUniverse::refusal(std::span<const Requirement> wishes,
                           const std::vector<std::string>& contradictions) const {
  for (const Requirement& wish : wishes) {
    std::set<std::string> tags = tags_around(wish);
    if (tags.empty()) continue;
    return {ErrorCode::unsatisfiable,
            fmt::format("{} is only in repositories with the tag @{}", wish.str(),
                        fmt::join(tags, ", @")),
            {},
            fmt::format("write {}@{} to take it from there", wish.name, *tags.begin())};
  }
  return {ErrorCode::unsatisfiable,
          "apk would not install these packages: " + join(contradictions, "; "),
          {},
          "name the wanted provider in `packages`, or exclude what it conflicts with"};
}

// The conditions by which a package came into an answer: its own, or those of another package by
// one of whose names it was chosen. None where it is there for a dependency alone.
std::vector<Relation> ApkUniverse::conditions_of(CandidateId id,
                                                 std::span<const CandidateId> taken) const {
  auto are_met = [&](const std::vector<Relation>& conditions) {
    return std::ranges::all_of(conditions, [&](const Relation& condition) {
      return std::ranges::any_of(
          taken, [&](CandidateId other) { return set_.satisfies(other, condition); });
    });
  };
  std::vector<Relation> own = set_.install_if(id);
  if (!own.empty()) return own;
  for (std::string_view name : set_.names_of(id)) {
    std::vector<CandidateId> rivals = set_.named(name);
    for (const PackageSet::Provided& provided : set_.providers(name))
      rivals.push_back(provided.package);
    for (CandidateId rival : rivals) {
      std::vector<Relation> conditions = set_.install_if(rival);
      if (!conditions.empty() && are_met(conditions)) return conditions;
    }
  }
  return {};
}

Solution ApkUniverse::solution_for(std::span<const Requirement> wishes,
                                   const std::set<std::string, std::less<>>& excluded) const {
  if (memory_ == nullptr) return solve(set_, wishes, excluded);
  SolutionMemory memory(*memory_, set_, records_);
  if (std::optional<Solution> known = memory.recall(wishes, excluded)) return std::move(*known);
  Solution found = solve(set_, wishes, excluded);
  memory.keep(wishes, excluded, found);
  return found;
}

Result<std::optional<Proposal>> ApkUniverse::propose(
    std::span<const Requirement> wishes, const std::set<std::string, std::less<>>& excluded) const {
  TRY(check_tags(wishes));
  Solution solution = solution_for(wishes, excluded);
  if (!solution.contradictions.empty())
    return std::unexpected(refusal(wishes, solution.contradictions));
  Proposal proposal{.taken = solution.packages, .triggered = {}};
  for (CandidateId id : solution.triggered) {
    std::vector<Relation> conditions = conditions_of(id, solution.packages);
    if (conditions.empty()) continue;
    std::string text;
    for (const Relation& condition : conditions)
      text += (text.empty() ? "" : " and ") + describe(condition);
    // Any of the packages that meet the conditions may stand for the cause.
    for (CandidateId cause : solution.packages) {
      if (cause == id || !satisfies(cause, conditions.front().requirement(), "")) continue;
      Dependency relation{DependencyKind::install_if,
                          {{.name = text, .version = {}, .architecture = {}}}};
      proposal.triggered.push_back({id, cause, std::move(relation)});
      break;
    }
  }
  return proposal;
}

}  // namespace kiln::packages::apk
