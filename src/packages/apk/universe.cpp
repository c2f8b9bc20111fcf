// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/universe.hpp"

#include "base/strings.hpp"
#include "net/url.hpp"
#include "packages/apk/identify.hpp"
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
  std::vector<CandidateId> found = set_.named(without_tag(name));
  std::ranges::stable_sort(found, [&](CandidateId a, CandidateId b) {
    return apk::compare_versions(set_.package(a).version, set_.package(b).version) > 0;
  });
  return found;
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

Result<std::optional<Proposal>> ApkUniverse::propose(
    std::span<const Requirement> wishes, const std::set<std::string, std::less<>>& excluded) const {
  Solution solution = solve(set_, wishes, excluded);
  if (!solution.contradictions.empty())
    return fail(ErrorCode::unsatisfiable,
                "apk would not install these packages: " + join(solution.contradictions, "; "),
                "name the wanted provider in `packages`, or exclude what it conflicts with");
  Proposal proposal{.taken = solution.packages, .triggered = {}};
  for (CandidateId id : solution.triggered) {
    std::vector<Relation> conditions = set_.install_if(id);
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
