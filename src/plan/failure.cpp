// SPDX-License-Identifier: Apache-2.0
#include "plan/failure.hpp"

#include "base/strings.hpp"
#include "plan/search.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::plan {

using packages::Elsewhere;
using packages::RelationOp;
using packages::Requirement;
using packages::Universe;

namespace {

constexpr ptrdiff_t k_most_listed = 6;

std::string listed(const std::vector<std::string>& items) {
  std::vector<std::string> shown(
      items.begin(), std::next(items.begin(), std::ssize(items) < k_most_listed ? std::ssize(items)
                                                                                : k_most_listed));
  std::string text = join(shown, ", ");
  if (items.size() > shown.size()) text += fmt::format(" and {} more", items.size() - shown.size());
  return text;
}

// "1.26.3-3 (debian trixie main)" for each version of a name, the preferred one first.
std::vector<std::string> versions_of(const Universe& universe, std::string_view name) {
  std::vector<std::string> versions;
  for (CandidateId id : universe.named(name)) {
    const packages::Candidate& candidate = universe.get(id);
    versions.push_back(fmt::format("{} ({})", candidate.id.version, candidate.repository));
  }
  return versions;
}

// For a fuzzy wish that nothing satisfies, a version that Alpine would have taken; or empty.
std::string version_that_begins_so(const Universe& universe, const Requirement& wanted) {
  if (wanted.op != RelationOp::fuzzy) return {};
  for (CandidateId id : universe.named(wanted.name)) {
    const std::string& version = universe.get(id).id.version;
    if (version.starts_with(wanted.version + ".") || version.starts_with(wanted.version + "-"))
      return version;
  }
  return {};
}

// "9.1 (libz 9.1-r0)" for each package that provides a name. A universe tells which versions fit
// and not which a package provides, but most provide their own or that of upstream.
std::vector<std::string> provided_versions_of(const Universe& universe, const std::string& name) {
  std::vector<std::string> versions;
  for (CandidateId id : universe.providers(name)) {
    const model::PackageId& own = universe.get(id).id;
    std::string text = fmt::format("{} {}", own.name, own.version);
    for (std::string_view version :
         {std::string_view(own.version), universe.upstream_of(own.version)}) {
      Requirement exactly{name, RelationOp::equal, std::string(version), {}};
      if (!universe.satisfies(id, exactly, own.architecture)) continue;
      text = fmt::format("{} ({})", version, text);
      break;
    }
    versions.push_back(std::move(text));
  }
  return versions;
}

}  // namespace

std::string describe(const Wish& wish) {
  return fmt::format("{} ({})", wish.requirement.str(), wish.origin);
}

Error missing_package(const Universe& universe, const Wish& wish) {
  const std::string& name = wish.requirement.name;
  Error error{ErrorCode::unsatisfiable,
              fmt::format("there is no package {} in the repositories of this image ({})",
                          printable(name), wish.origin),
              {},
              {}};
  std::vector<std::string> hints;
  auto near = nearest(name, universe.names());
  // Looked for even when another name is near: php8.2 is no slip of the pen for php8.4.
  Elsewhere elsewhere = universe.found_elsewhere(name);
  if (!elsewhere.places.empty())
    hints.push_back(fmt::format("{} has it", listed(elsewhere.places)));
  if (size_t tag = name.find('@'); tag != std::string::npos)
    hints.push_back(
        fmt::format("it is looked for in repositories with the tag {} alone, which are "
                    "written \"{} URL\"",
                    printable(name.substr(tag)), printable(name.substr(tag))));
  if (near) hints.push_back(fmt::format("did you mean {}?", *near));
  if (!elsewhere.not_read.empty())
    hints.push_back(fmt::format("not looked at: {}", listed(elsewhere.not_read)));
  if (hints.empty()) hints.push_back("check the name and the `repositories` of the definition");
  error.hint = join(hints, "; ");
  return error;
}

Error missing_version(const Universe& universe, const Wish& wish) {
  const Requirement& wanted = wish.requirement;
  if (std::string whole = version_that_begins_so(universe, wanted); !whole.empty())
    return {ErrorCode::unsatisfiable,
            fmt::format("{}~{} is written as for an Alpine package ({})", wanted.name,
                        wanted.version, wish.origin),
            {},
            fmt::format("here a version stands whole: {}={}", wanted.name, whole)};
  std::vector<std::string> versions = versions_of(universe, wanted.name);
  if (versions.empty()) versions = provided_versions_of(universe, wanted.name);
  return {ErrorCode::unsatisfiable,
          fmt::format("there is no version of {} that is {} ({})", wanted.name,
                      wanted.op == RelationOp::equal ? wanted.version
                                                     : wanted.str().substr(wanted.name.size() + 1),
                      wish.origin),
          {},
          fmt::format("there are: {}", listed(versions))};
}

Error virtual_package(const Wish& wish, const std::set<std::string>& providers) {
  return {ErrorCode::unsatisfiable,
          fmt::format("{} is a name that {} packages provide ({})", wish.requirement.name,
                      providers.size(), wish.origin),
          {},
          fmt::format("ask for one of them: {}",
                      listed(std::vector<std::string>(providers.begin(), providers.end())))};
}

Error excluded_wish(const Wish& wish) {
  return {ErrorCode::unsatisfiable,
          fmt::format("{} is both asked for and excluded", describe(wish)),
          {},
          fmt::format("remove the entry or the exclusion '!{}'", wish.requirement.name)};
}

Error all_wishes(std::vector<Error> errors) {
  Error all = std::move(errors.front());
  if (errors.size() == 1) return all;
  std::vector<std::string> messages = {std::move(all.message)};
  std::vector<std::string> hints;
  if (!all.hint.empty()) hints.push_back(std::move(all.hint));
  for (size_t i = 1; i < errors.size(); ++i) {
    messages.push_back(std::move(errors[i].message));
    std::string& hint = errors[i].hint;
    if (!hint.empty() && std::ranges::find(hints, hint) == hints.end())
      hints.push_back(std::move(hint));
  }
  all.message = join(messages, "; ");
  all.hint = join(hints, "; ");
  return all;
}

std::string what_is_missing(const Universe& universe, const Requirement& requirement,
                            bool look_around) {
  std::vector<std::string> versions = versions_of(universe, requirement.name);
  if (!versions.empty()) return fmt::format("of which there is only {}", listed(versions));
  std::string text = "which no package is or provides";
  if (!look_around) return text;
  Elsewhere elsewhere = universe.found_elsewhere(requirement.name);
  if (!elsewhere.places.empty())
    return fmt::format("which is not in these repositories, but in {}", listed(elsewhere.places));
  if (!elsewhere.not_read.empty())
    text += fmt::format(" (not looked at: {})", listed(elsewhere.not_read));
  return text;
}

// "nginx (image.yaml:3:5) -> nginx-common -> libc6": from the wish to a taken candidate.
std::string Search::chain(CandidateId id, const Selection& selection) const {
  std::vector<std::string> names;
  while (true) {
    const Taken& taken = selection.of(id);
    if (taken.by == k_nobody) {
      names.push_back(fmt::format("{} ({})", problem_.name(id), taken.need->wish->origin));
      break;
    }
    names.push_back(problem_.name(id));
    id = taken.by;
  }
  std::ranges::reverse(names);
  return join(names, " -> ");
}

// One sentence about a need without a solution.
std::string Search::explain(const DeadEnd& dead_end, const Selection& selection,
                            bool look_around) const {
  auto known_chain = [&](CandidateId id) {
    if (selection.has(id)) return chain(id, selection);
    return forced_.has(id) ? chain(id, forced_) : problem_.name(id);
  };
  auto missing = [&](const Need& need) {
    const auto& alternatives = need.dependency->alternatives;
    return fmt::format("{}, {}", need.dependency->str(),
                       alternatives.size() == 1
                           ? what_is_missing(problem_.universe(), alternatives.front(), look_around)
                           : "none of which is in these repositories");
  };
  auto reason = [&](const Rejection& rejection) -> std::string {
    const std::string& name = problem_.name(rejection.candidate);
    switch (rejection.why) {
      case Rejection::Why::missing:
        return fmt::format("{} needs {}", name, missing(*rejection.need));
      case Rejection::Why::other_version:
        return fmt::format("{} {} cannot stand beside {} {}, needed by {}", name,
                           problem_.candidate(rejection.candidate).id.version, name,
                           problem_.candidate(rejection.other).id.version,
                           known_chain(rejection.other));
      case Rejection::Why::lesson:
        return fmt::format("{} leads nowhere ({})", name, printable(rejection.text, 300));
      case Rejection::Why::clash:
        break;
    }
    return fmt::format("{} conflicts with {} ({} has {}: {})", name, known_chain(rejection.other),
                       problem_.name(rejection.declared_by), str(rejection.relation->kind),
                       rejection.relation->str());
  };

  std::string subject;
  if (dead_end.by == k_nobody)
    subject = fmt::format("{} cannot be installed", describe(*dead_end.need->wish));
  else if (dead_end.need->solutions.empty())
    return fmt::format("{} needs {}", known_chain(dead_end.by), missing(*dead_end.need));
  else
    subject =
        fmt::format("{} needs {}", known_chain(dead_end.by), dead_end.need->dependency->str());
  std::vector<std::string> reasons;
  for (const Rejection& rejection : dead_end.rejections) {
    if (reasons.size() == k_most_listed) break;
    reasons.push_back(reason(rejection));
  }
  return fmt::format("{}: {}", subject, join(reasons, "; "));
}

Error Search::failure(const DeadEnd& dead_end, const Selection& selection) const {
  bool clash = std::ranges::any_of(dead_end.rejections, [](const Rejection& rejection) {
    return rejection.why == Rejection::Why::clash || rejection.why == Rejection::Why::other_version;
  });
  return {ErrorCode::unsatisfiable,
          explain(dead_end, selection, true),
          {},
          clash ? "leave out one of the two, or exclude with '!name' what is not wanted"
                : "add the repository that has it, or exclude it with '!name' if the image works "
                  "without"};
}

}  // namespace kiln::plan
