// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/universe.hpp"

#include "base/strings.hpp"
#include "net/url.hpp"
#include "packages/apk/solver.hpp"
#include "packages/apk/version.hpp"

#include <algorithm>

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
  std::vector<CandidateId> found;
  auto id = set_.find(without_tag(name));
  if (!id) return found;
  for (const Provider& provider : set_.providers(*id))
    if (set_.package(provider.package).name == *id) found.push_back(provider.package);
  std::ranges::stable_sort(found, [&](CandidateId a, CandidateId b) {
    const Package& left = set_.package(a);
    const Package& right = set_.package(b);
    return apk::compare_versions(left.entry.version, right.entry.version) > 0;
  });
  return found;
}

std::vector<CandidateId> ApkUniverse::providers(std::string_view name) const {
  std::vector<CandidateId> found;
  auto id = set_.find(without_tag(name));
  if (!id) return found;
  std::vector<Provider> provided;
  for (const Provider& provider : set_.providers(*id))
    if (set_.package(provider.package).name != *id) provided.push_back(provider);
  std::ranges::stable_sort(provided, [&](const Provider& a, const Provider& b) {
    auto order = apk::compare_versions(a.version, b.version);
    if (order != 0 && !a.version.empty() && !b.version.empty()) return order > 0;
    return set_.package(a.package).entry.provider_priority >
           set_.package(b.package).entry.provider_priority;
  });
  for (const Provider& provider : provided)
    if (std::ranges::find(found, provider.package) == found.end())
      found.push_back(provider.package);
  return found;
}

bool ApkUniverse::satisfies(CandidateId candidate, const Requirement& requirement,
                            std::string_view) const {
  Requirement wanted = requirement;
  wanted.name = without_tag(wanted.name);
  auto id = set_.find(wanted.name);
  if (!id) return false;
  Relation relation = relation_of(wanted);
  const Package& package = set_.package(candidate);
  if (package.name == *id && fits(relation, package.entry.version)) return true;
  return std::ranges::any_of(package.provides, [&](const auto& provided) {
    return provided.first == *id && fits(relation, provided.second);
  });
}

std::unique_ptr<Candidate> ApkUniverse::make(CandidateId id) const {
  const Package& package = set_.package(id);
  const IndexEntry& entry = package.entry;
  auto candidate = std::make_unique<Candidate>();
  candidate->id = {std::string(entry.name), std::string(entry.version),
                   std::string(entry.architecture)};
  candidate->source = entry.origin.empty() ? entry.name : entry.origin;
  candidate->source_version = entry.version;
  for (uint32_t source : package.sources)
    candidate->urls.push_back(
        join_url(set_.source(source).url, fmt::format("{}-{}.apk", entry.name, entry.version)));
  candidate->size = entry.size;
  candidate->installed_size = entry.installed_size;
  candidate->repository = set_.source(package.sources.front()).name;
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
  for (size_t i = 0; i < set_.size(); ++i)
    all.push_back(set_.package(static_cast<CandidateId>(i)).entry.name);
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return {all.begin(), all.end()};
}

Result<std::optional<Proposal>> ApkUniverse::propose(
    std::span<const Requirement> wishes, const std::set<std::string, std::less<>>& excluded) const {
  Solution solution = solve(set_, wishes, excluded);
  if (!solution.contradictions.empty())
    return fail(ErrorCode::unsatisfiable,
                "apk would not install these packages: " + join(solution.contradictions, "; "),
                "name the wanted provider in `packages`, or exclude what it conflicts with");
  Proposal proposal{.taken = solution.packages, .triggered = {}};
  for (CandidateId id : solution.triggered) {
    const std::vector<Link>& conditions = set_.package(id).install_if;
    std::string text;
    for (const Link& condition : conditions)
      text += (text.empty() ? "" : " and ") + describe(condition.relation);
    // Any of the packages that meet the conditions may stand for the cause.
    for (CandidateId cause : solution.packages) {
      if (cause == id || !satisfies(cause, conditions.front().relation.requirement(), "")) continue;
      Dependency relation{DependencyKind::install_if,
                          {{.name = text, .version = {}, .architecture = {}}}};
      proposal.triggered.push_back({id, cause, std::move(relation)});
      break;
    }
  }
  return proposal;
}

}  // namespace kiln::packages::apk
