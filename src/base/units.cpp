// SPDX-License-Identifier: Apache-2.0
#include "base/units.hpp"

#include "base/strings.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

namespace kiln {

namespace {

using Unit = std::pair<char, uint64_t>;

// A decimal number times the unit that its last letter names; nothing when it is none or too large.
std::optional<uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units,
                                        uint64_t limit) {
  for (auto [letter, factor] : units) {
    if (!text.ends_with(letter)) continue;
    std::optional<uint64_t> number = parse_decimal(text.substr(0, text.size() - 1));
    if (number && *number <= limit / factor) return *number * factor;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Result<std::chrono::seconds> parse_age(std::string_view text) {
  constexpr std::array<Unit, 4> k_units = {{{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}}};
  constexpr uint64_t k_century = 36'525ULL * 86400;
  if (auto seconds = parse_with_unit(text, k_units, k_century))
    return std::chrono::seconds(static_cast<int64_t>(*seconds));
  return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not an age", printable(text)),
              "write a number and a unit, such as 30d or 12h");
}

std::string human_age(std::chrono::seconds age) {
  constexpr int64_t k_hour = 3600;
  constexpr int64_t k_day = 24 * k_hour;
  int64_t seconds = age.count();
  if (seconds < k_hour) return human_seconds(static_cast<double>(seconds));
  bool in_days = seconds >= 2 * k_day;
  std::string whole =
      in_days ? fmt::format("{} days", seconds / k_day) : fmt::format("{} h", seconds / k_hour);
  int64_t rest = in_days ? seconds % k_day / k_hour : seconds % k_hour / 60;
  return rest == 0 ? whole : fmt::format("{} {} {}", whole, rest, in_days ? "h" : "min");
}

Result<uint64_t> parse_size(std::string_view text) {
  constexpr std::array<Unit, 4> k_units = {
      {{'K', 1ULL << 10}, {'M', 1ULL << 20}, {'G', 1ULL << 30}, {'T', 1ULL << 40}}};
  if (auto bytes = parse_decimal(text)) return *bytes;
  if (auto bytes = parse_with_unit(text, k_units, 1ULL << 60)) return *bytes;
  return fail(ErrorCode::bad_input, fmt::format("\"{}\" is not a size", printable(text)),
              "write a number and a unit, such as 500M or 20G");
}

}  // namespace kiln
