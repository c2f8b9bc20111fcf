// SPDX-License-Identifier: Apache-2.0
#include "data/json.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace kiln {

namespace {

// Surrogates (code points from U+10000, lead bytes F0..F4) sort before U+E000..U+FFFF (lead bytes
// EE and EF) in UTF-16; everything else keeps the order of its bytes.
unsigned utf16_rank(char c) {
  unsigned byte = static_cast<unsigned char>(c);
  return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
}

std::unexpected<Error> missing(const MemberPath& path) {
  return fail(ErrorCode::not_found, fmt::format("\"{}\" is missing", path.str()));
}

std::unexpected<Error> wrong_kind(const MemberPath& path, std::string_view expected,
                                  const Json& found) {
  return fail(ErrorCode::corrupt,
              fmt::format("\"{}\" must be {}, not {}", path.str(), expected, found.kind()));
}

}  // namespace

bool Utf16Less::operator()(std::string_view a, std::string_view b) const {
  return std::ranges::lexicographical_compare(a, b, {}, utf16_rank, utf16_rank);
}

std::string MemberPath::str() const {
  return fmt::format("{}", fmt::join(keys_, "."));
}

Json::Json(double value) : value_(value) {
  ASSERT(std::isfinite(value));
}

std::string_view Json::kind() const {
  constexpr std::string_view k_names[] = {"null",     "a boolean", "a whole number", "a fraction",
                                          "a string", "an array",  "an object"};
  return k_names[value_.index()];
}

bool Json::as_bool() const {
  ASSERT(is_bool());
  return std::get<bool>(value_);
}
int64_t Json::as_int() const {
  ASSERT(is_int());
  return std::get<int64_t>(value_);
}
double Json::as_double() const {
  return is_int() ? static_cast<double>(as_int()) : std::get<double>(value_);
}
const std::string& Json::as_string() const {
  ASSERT(is_string());
  return std::get<std::string>(value_);
}
const Json::Array& Json::as_array() const {
  ASSERT(is_array());
  return std::get<Array>(value_);
}
const Json::Object& Json::as_object() const {
  ASSERT(is_object());
  return std::get<Object>(value_);
}
Json::Array& Json::as_array() {
  ASSERT(is_array());
  return std::get<Array>(value_);
}
Json::Object& Json::as_object() {
  ASSERT(is_object());
  return std::get<Object>(value_);
}

Json& Json::operator[](std::string_view key) {
  Object& members = as_object();
  auto place = members.find(key);
  if (place == members.end()) place = members.emplace(std::string(key), Json()).first;
  return place->second;
}

const Json* Json::find(const MemberPath& path) const {
  const Json* at = this;
  for (std::string_view key : path.keys()) {
    if (!at->is_object()) return nullptr;
    auto member = at->as_object().find(key);
    if (member == at->as_object().end()) return nullptr;
    at = &member->second;
  }
  return at;
}

bool Json::has(const MemberPath& path) const {
  const Json* found = find(path);
  return found != nullptr && !found->is_null();
}

Result<std::string> Json::get_string(const MemberPath& path) const {
  const Json* found = find(path);
  if (!found) return missing(path);
  if (!found->is_string()) return wrong_kind(path, "a string", *found);
  return found->as_string();
}

Result<int64_t> Json::get_int(const MemberPath& path) const {
  const Json* found = find(path);
  if (!found) return missing(path);
  if (!found->is_int()) return wrong_kind(path, "a whole number", *found);
  return found->as_int();
}

Result<bool> Json::get_bool(const MemberPath& path) const {
  const Json* found = find(path);
  if (!found) return missing(path);
  if (!found->is_bool()) return wrong_kind(path, "a boolean", *found);
  return found->as_bool();
}

Result<const Json::Array*> Json::get_array(const MemberPath& path) const {
  const Json* found = find(path);
  if (!found) return missing(path);
  if (!found->is_array()) return wrong_kind(path, "an array", *found);
  return &found->as_array();
}

Result<const Json*> Json::get_object(const MemberPath& path) const {
  const Json* found = find(path);
  if (!found) return missing(path);
  if (!found->is_object()) return wrong_kind(path, "an object", *found);
  return found;
}

Result<std::vector<std::string>> Json::get_strings(const MemberPath& path) const {
  std::vector<std::string> texts;
  for (const Json& item : *TRY(get_array(path))) {
    if (!item.is_string()) return wrong_kind(path, "an array of strings", item);
    texts.push_back(item.as_string());
  }
  return texts;
}

Result<std::map<std::string, std::string>> Json::get_string_map(const MemberPath& path) const {
  std::map<std::string, std::string> texts;
  for (const auto& [key, item] : TRY(get_object(path))->as_object()) {
    if (!item.is_string()) return wrong_kind(path, "an object of strings", item);
    texts.emplace(key, item.as_string());
  }
  return texts;
}

Result<std::string> Json::get_string_or(const MemberPath& path, std::string fallback) const {
  if (!has(path)) return fallback;
  return get_string(path);
}

Result<int64_t> Json::get_int_or(const MemberPath& path, int64_t fallback) const {
  if (!has(path)) return fallback;
  return get_int(path);
}

Result<bool> Json::get_bool_or(const MemberPath& path, bool fallback) const {
  if (!has(path)) return fallback;
  return get_bool(path);
}

Result<std::vector<std::string>> Json::get_strings_or_empty(const MemberPath& path) const {
  if (!has(path)) return std::vector<std::string>{};
  return get_strings(path);
}

Result<std::map<std::string, std::string>> Json::get_string_map_or_empty(
    const MemberPath& path) const {
  if (!has(path)) return std::map<std::string, std::string>{};
  return get_string_map(path);
}

}  // namespace kiln
