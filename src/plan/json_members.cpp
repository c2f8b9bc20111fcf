// SPDX-License-Identifier: Apache-2.0
#include "plan/json_members.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::plan {

Result<> only_members(const Json& json, std::initializer_list<std::string_view> members) {
  if (!json.is_object())
    return fail(ErrorCode::corrupt, fmt::format("expected an object, not {}", json.kind()));
  for (const auto& [key, value] : json.as_object())
    if (std::ranges::find(members, key) == members.end())
      return fail(ErrorCode::corrupt, fmt::format("unknown member '{}'", printable(key)));
  return {};
}

Result<int64_t> read_format(const Json& json, int64_t newest, std::string_view what) {
  if (!json.is_object())
    return fail(ErrorCode::corrupt,
                fmt::format("a {} is a JSON object, not {}", what, json.kind()));
  int64_t found = TRY(json.get_int("format"));
  if (found > newest)
    return fail(ErrorCode::unsupported,
                fmt::format("the {} has format {}, this Kiln reads up to {}", what, found, newest),
                "use a newer Kiln");
  if (found < 1)
    return fail(ErrorCode::corrupt, fmt::format("there is no {} format {}", what, found));
  return found;
}

Result<> check_format(const Json& json, int64_t format, std::string_view what) {
  int64_t found = TRY(read_format(json, format, what));
  if (found != format)
    return fail(ErrorCode::corrupt, fmt::format("{} format {} is not read any more", what, found));
  return {};
}

Result<Digest> get_digest(const Json& json, std::string_view key) {
  std::string text = TRY(json.get_string(key));
  return Digest::parse(text);
}

Result<Digest> get_hex_digest(const Json& json, std::string_view key) {
  std::string digits = TRY(json.get_string(key));
  return Digest::from_hex(digits);
}

Result<UnixTime> get_time(const Json& json, std::string_view key) {
  std::string text = TRY(json.get_string(key));
  return parse_rfc3339(text);
}

Result<uint64_t> get_size(const Json& json, std::string_view key) {
  int64_t size = TRY(json.get_int(key));
  if (size < 0) return fail(ErrorCode::corrupt, fmt::format("{} is {}", key, size));
  return static_cast<uint64_t>(size);
}

}  // namespace kiln::plan
