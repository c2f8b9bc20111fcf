// SPDX-License-Identifier: Apache-2.0
//
// The distributions that images can be built from.
#pragma once
#include "base/result.hpp"
#include "packages/distribution.hpp"

#include <array>
#include <string_view>

namespace kiln {

std::array<const packages::Distribution*, 2> all_distributions();

// The distribution of that os-release id. Fails (unsupported) and names those that exist.
Result<const packages::Distribution*> find_distribution(std::string_view name);

// The same for a name that is known to exist, as a plan's is.
const packages::Distribution& distribution_named(std::string_view name);

}  // namespace kiln
