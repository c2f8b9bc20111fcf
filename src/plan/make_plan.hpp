// SPDX-License-Identifier: Apache-2.0
//
// The arrow "resolve": from a definition to its plan. It is the only step that looks at what the
// archives offer today; everything after it works from digests.
#pragma once
#include "definition/image_spec.hpp"
#include "plan/archive_cache.hpp"
#include "plan/lock.hpp"
#include "plan/target_archives.hpp"
#include "world/world.hpp"

#include <map>
#include <optional>
#include <string>

namespace kiln::plan {

struct PlanOptions {
  PinPolicy pins = PinPolicy::same_version;
  ArchiveChoices archives;  // its catalog_root is also where local sources lie
  std::optional<UnixTime> source_date_epoch;
  std::string encoder;    // named in the plan's policies
  bool squashed = false;  // one layer, also when the definition does not say so
  // Where entries of `packages` were written, by name: "image/curl/debian-13/8.yaml:29:7". An entry
  // that is not here is known by the definition's file alone.
  std::map<std::string, std::string, std::less<>> places;
};

// What the resolver is asked for a definition: its packages with their pins applied, those
// that its distribution always adds unless they are excluded, and its exclusions.
Result<Question> question_of(const definition::ImageSpec& spec, const PlanOptions& options,
                             const packages::Universe& universe,
                             std::vector<Relaxation>& relaxations);

// The plan of a definition for its platform. Puts the definition's local sources into the store.
// Fails with what is wrong with the definition, its archives (see packages/archives.hpp) or the
// set of its packages (see resolver.hpp). `scripts` of the result is left to the caller.
Result<LockedPlan> make_plan(const definition::ImageSpec& spec, const PlanOptions& options,
                             ArchiveCache& archives, World& world);

// The same on packages that are at hand.
Result<LockedPlan> make_plan(const definition::ImageSpec& spec, const PlanOptions& options,
                             const packages::Universe& universe, World& world);

}  // namespace kiln::plan
