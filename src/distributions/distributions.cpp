// SPDX-License-Identifier: Apache-2.0
#include "distributions/distributions.hpp"

#include "base/strings.hpp"
#include "packages/apk/distribution.hpp"
#include "packages/deb/distribution.hpp"

#include <fmt/format.h>

namespace kiln {

std::array<const packages::Distribution*, 2> all_distributions() {
  return {&packages::deb::debian(), &packages::apk::alpine()};
}

Result<const packages::Distribution*> find_distribution(std::string_view name) {
  std::vector<std::string> names;
  for (const packages::Distribution* distribution : all_distributions()) {
    if (distribution->name() == name) return distribution;
    names.emplace_back(distribution->name());
  }
  return fail(ErrorCode::unsupported, fmt::format("images of {} cannot be built", printable(name)),
              "this Kiln builds images of " + join(names, " and "));
}

const packages::Distribution& distribution_named(std::string_view name) {
  auto found = find_distribution(name);
  ASSERT(found);
  return **found;
}

}  // namespace kiln
