// SPDX-License-Identifier: Apache-2.0
#include "packages/end_of_life.hpp"

#include <algorithm>

namespace kiln::packages {

std::optional<UnixTime> end_of_life(std::span<const ReleaseEnd> table, std::string_view release) {
  constexpr UnixTime k_day = 86'400;
  const auto place = std::ranges::find(table, release, &ReleaseEnd::release);
  if (place == table.end()) return std::nullopt;
  Result<UnixTime> day = parse_rfc3339(place->day);
  ASSERT(day);
  return *day + k_day;
}

}  // namespace kiln::packages
