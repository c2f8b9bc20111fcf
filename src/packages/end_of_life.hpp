// SPDX-License-Identifier: Apache-2.0
//
// The days on which releases of distributions end, as each distribution's table has them.
#pragma once
#include "base/time.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace kiln::packages {

struct ReleaseEnd {
  std::string_view release;
  std::string_view day;  // "2030-06-30"; support lasts until its end
};

// The first second that is no longer supported; nothing when the table lacks the release.
std::optional<UnixTime> end_of_life(std::span<const ReleaseEnd> table, std::string_view release);

}  // namespace kiln::packages
