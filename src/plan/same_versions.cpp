// SPDX-License-Identifier: Apache-2.0
#include "plan/same_versions.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace kiln::plan {

namespace {

struct Seen {
  const LockedPlan* plan = nullptr;
  size_t package = 0;
};

std::string asked(const definition::ImageSpec& spec, std::string_view name) {
  auto request = std::ranges::find(spec.packages, name, &definition::PackageRequest::name);
  return request == spec.packages.end() ? std::string{} : request->str();
}

std::string describe(const Seen& seen) {
  return fmt::format("{} for {}", seen.plan->plan.packages[seen.package].id.version,
                     seen.plan->plan.platform.str());
}

}  // namespace

Result<> check_same_versions(std::span<const LockedPlan> plans) {
  std::map<std::pair<std::string_view, std::string_view>, Seen> first;
  for (const LockedPlan& locked : plans) {
    const definition::ImageSpec& spec = locked.plan.spec;
    for (size_t i = 0; i < locked.plan.packages.size() && i < locked.origins.size(); ++i) {
      const std::string& name = locked.plan.packages[i].id.name;
      auto [place, fresh] = first.try_emplace({spec.definition_name, name}, Seen{&locked, i});
      if (fresh) continue;
      const Seen& other = place->second;
      const Origin& there = other.plan->origins[other.package];
      if (there.source_version == locked.origins[i].source_version) continue;
      if (asked(other.plan->plan.spec, name) != asked(spec, name)) continue;
      return fail(
          ErrorCode::unsatisfiable,
          fmt::format("{} would have {} {}, but {}", spec.definition_name, name, describe(other),
                      describe({&locked, i})),
          "the repositories of one platform are behind: try again later, pin a version that "
          "all have, or build one platform at a time with --platform");
    }
  }
  return {};
}

}  // namespace kiln::plan
