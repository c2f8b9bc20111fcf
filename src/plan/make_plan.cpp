// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"

#include "distributions/distributions.hpp"
#include "plan/failure.hpp"
#include "plan/local_sources.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

namespace kiln::plan {

using definition::ImageSpec;
using packages::RelationOp;

namespace {

// What plans are made with; docs/policies.md.
constexpr int k_effects_policy = 3;

std::string origin_of(const ImageSpec& spec, const PlanOptions& options, std::string_view name) {
  auto place = options.places.find(name);
  return place != options.places.end() ? place->second : spec.definition_name + ".yaml";
}

RelationOp op_of(definition::VersionMatch match) {
  switch (match) {
    case definition::VersionMatch::none:
      return RelationOp::any;
    case definition::VersionMatch::equal:
      return RelationOp::equal;
    case definition::VersionMatch::fuzzy:
      return RelationOp::fuzzy;
  }
  return RelationOp::any;
}

bool asks_for(const ImageSpec& spec, std::string_view name) {
  return std::ranges::any_of(spec.packages, [&](const definition::PackageRequest& request) {
    return !request.excluded && request.name == name;
  });
}

Origin origin_of(const packages::Candidate& candidate, std::vector<Reason> reasons) {
  return {candidate.source, candidate.source_version, candidate.repository,
          candidate.urls,   candidate.installed_size, std::move(reasons)};
}

LockedIndex locked(const packages::IndexRecord& record) {
  return {record.url,     record.suite, record.component,   record.date,
          record.release, record.index, record.fingerprints};
}

std::vector<std::string> warnings_of(const std::vector<Relaxation>& relaxations) {
  std::vector<std::string> warnings;
  for (const Relaxation& relaxed : relaxations)
    warnings.push_back(fmt::format("{} {} is not in the archives; {} is taken (pins: {})",
                                   relaxed.package, relaxed.asked, relaxed.taken,
                                   str(relaxed.policy)));
  return warnings;
}

// The distribution's releases that the packages are of, by what their URLs say, with their number.
std::map<std::string, size_t> releases_of(const packages::Distribution& distribution,
                                          std::span<const Origin> origins) {
  std::map<std::string, size_t> releases;
  for (const Origin& origin : origins)
    if (!origin.urls.empty())
      if (std::string_view release = distribution.release_of_url(origin.urls.front());
          !release.empty())
        ++releases[std::string(release)];
  return releases;
}

// A release without support gets no fixes any more, whatever the definition says of itself; so do
// packages of another release, which rewrites of repositories can bring in.
Result<std::vector<std::string>> release_warnings(const definition::Target& target,
                                                  std::span<const Origin> origins,
                                                  const World& world) {
  const packages::Distribution& distribution = *TRY(find_distribution(target.distro));
  std::map<std::string, size_t> releases = releases_of(distribution, origins);
  std::vector<std::string> warnings;
  for (const auto& [release, count] : releases)
    if (release != target.release())
      warnings.push_back(fmt::format("{} of {} packages are of {} {}, but the definition is of {}",
                                     count, origins.size(), target.distro, release,
                                     target.release()));
  releases.emplace(target.release(), 0);
  for (const auto& [release, count] : releases) {
    auto end = distribution.end_of_life(release);
    if (!end || world.clock.now() < *end) continue;
    warnings.push_back(fmt::format("{} {} gets no fixes any more: its support ended on {}",
                                   target.distro, release, format_rfc3339(*end - 1).substr(0, 10)));
  }
  return warnings;
}

}  // namespace

Result<Question> question_of(const ImageSpec& spec, const PlanOptions& options,
                             const packages::Universe& universe,
                             std::vector<Relaxation>& relaxations) {
  Question question;
  question.exclusions.insert(spec.exclusions.begin(), spec.exclusions.end());
  const packages::Distribution& distribution = *TRY(find_distribution(spec.target.distro));
  for (std::string_view name : distribution.implicit_packages())
    if (!asks_for(spec, name) && !spec.exclusions.contains(std::string(name)))
      question.wishes.push_back({{.name = std::string(name)}, "implicit"});
  std::vector<Error> errors;
  for (const definition::PackageRequest& request : spec.packages) {
    if (request.excluded) continue;
    Wish wish{{request.name, op_of(request.match), request.version, ""},
              origin_of(spec, options, request.name)};
    Result<Wish> pinned = apply_pin(universe, wish, options.pins, relaxations);
    if (pinned)
      question.wishes.push_back(std::move(*pinned));
    else
      errors.push_back(std::move(pinned.error()));
  }
  if (!errors.empty()) return std::unexpected(all_wishes(std::move(errors)));
  return question;
}

Result<LockedPlan> make_plan(const ImageSpec& spec, const PlanOptions& options,
                             const packages::Universe& universe, World& world) {
  LockedPlan result;
  result.pins = options.pins;
  Question question = TRY(question_of(spec, options, universe, result.relaxations));
  Answer answer = TRY(resolve(universe, question));
  Plan& plan = result.plan;
  plan.platform = TRY(model::Platform::parse(spec.platform));
  plan.spec = spec;
  plan.distribution = spec.target.distro;
  plan.codename = spec.target.codename;
  std::vector<packages::CandidateId> chosen;
  for (const Choice& choice : answer.choices) chosen.push_back(choice.candidate);
  std::vector<Digest> digests = TRY(universe.digests(chosen, world));
  for (size_t i = 0; i < chosen.size(); ++i) {
    const packages::Candidate& candidate = universe.get(chosen[i]);
    plan.packages.push_back({candidate.id, digests[i], candidate.size});
    result.origins.push_back(origin_of(candidate, std::move(answer.choices[i].reasons)));
  }
  plan.sources = TRY(collect_sources(options.archives.catalog_root, spec.sources, world.store));
  plan.policies.effects = k_effects_policy;
  plan.policies.layers = spec.squashed || options.squashed ? 0 : 1;
  plan.policies.encoder = options.encoder;
  plan.source_date_epoch = options.source_date_epoch;
  result.warnings = universe.remarks();
  std::ranges::move(warnings_of(result.relaxations), std::back_inserter(result.warnings));
  std::ranges::move(TRY(release_warnings(spec.target, result.origins, world)),
                    std::back_inserter(result.warnings));
  return result;
}

Result<LockedPlan> make_plan(const ImageSpec& spec, const PlanOptions& options,
                             ArchiveCache& archives, World& world) {
  auto planned = [&]() -> Result<LockedPlan> {
    TargetArchives target = TRY(target_archives(spec, options.archives, world));
    auto universe = TRY(archives.get(*target.archives, world));
    LockedPlan result = TRY(make_plan(spec, options, *universe, world));
    for (const packages::IndexRecord& record : universe->indexes())
      result.indexes.push_back(locked(record));
    result.rewrites = std::move(target.rewrites);
    result.plan.repositories = std::move(target.of_image);
    return result;
  };
  Result<LockedPlan> result = planned();
  if (!result) hint_at_rewrite(result.error(), spec.repositories);
  return with_context(std::move(result),
                      fmt::format("planning {} for {}", spec.definition_name, spec.platform));
}

}  // namespace kiln::plan
