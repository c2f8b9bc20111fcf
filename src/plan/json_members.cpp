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

Result<> check_format(const Json& json, int64_t format, std::string_view what) {
  if (!json.is_object())
    return fail(ErrorCode::corrupt,
                fmt::format("a {} is a JSON object, not {}", what, json.kind()));
  int64_t found = TRY(json.get_int("format"));
  if (found > format)
    return fail(ErrorCode::unsupported,
                fmt::format("the {} has format {}, this Kiln reads up to {}", what, found, format),
                "use a newer Kiln");
  if (found != format)
    return fail(ErrorCode::corrupt, fmt::format("there is no {} format {}", what, found));
  return {};
}

}  // namespace kiln::plan
