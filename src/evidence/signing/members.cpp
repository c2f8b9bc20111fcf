// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/members.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::signing {

Result<> expect_members(const Json& json, std::string_view what,
                        std::initializer_list<std::string_view> known) {
  if (!json.is_object())
    return fail(ErrorCode::corrupt, fmt::format("{} is {}, not an object", what, json.kind()));
  for (const auto& [name, value] : json.as_object())
    if (std::ranges::find(known, name) == known.end())
      return fail(ErrorCode::corrupt,
                  fmt::format("{} has a member '{}' that its format does not have", what,
                              printable(name, 60)));
  return {};
}

Result<std::string> get_bytes(const Json& json, const MemberPath& path) {
  std::string text = TRY(json.get_string_or(path, ""));
  return with_context(from_base64(text), fmt::format("reading '{}'", path.str()));
}

Result<uint64_t> get_number(const Json& json, const MemberPath& path) {
  const Json* member = json.find(path);
  if (member == nullptr) return 0;
  std::optional<uint64_t> number;
  if (member->is_int() && member->as_int() >= 0) number = static_cast<uint64_t>(member->as_int());
  if (member->is_string()) number = parse_decimal(member->as_string());
  if (!number || *number > INT64_MAX)
    return fail(ErrorCode::corrupt, fmt::format("'{}' is not a whole number", path.str()));
  return *number;
}

Result<std::optional<UnixTime>> get_time(const Json& json, const MemberPath& path) {
  std::string text = TRY(json.get_string_or(path, ""));
  if (text.empty()) return std::nullopt;
  return TRY(parse_rfc3339(text));
}

Result<std::vector<Json>> get_items(const Json& json, const MemberPath& path, size_t most) {
  const Json* member = json.find(path);
  if (member == nullptr) return std::vector<Json>{};
  const Json::Array& items = *TRY(json.get_array(path));
  if (items.size() > most)
    return fail(ErrorCode::limit,
                fmt::format("'{}' has {} items, more than {}", path.str(), items.size(), most));
  return items;
}

}  // namespace kiln::signing
