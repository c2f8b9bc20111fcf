// SPDX-License-Identifier: Apache-2.0
//
// One image for several platforms has one version of each package, whatever the platform; else it
// is several images under one name. See docs/decisions/same-versions.md.
#pragma once
#include "plan/lock.hpp"

#include <span>

namespace kiln::plan {

// Fails (unsatisfiable) and names the package, its versions and platforms when two plans of one
// definition have a package from different versions of its source, unless the definition itself
// asks for different ones. Rebuilds of the same source are the same version.
Result<> check_same_versions(std::span<const LockedPlan> plans);

}  // namespace kiln::plan
