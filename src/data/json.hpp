// SPDX-License-Identifier: Apache-2.0
//
// JSON (RFC 8259) as a value: what Kiln reads from registries, locks and feeds, and what it writes
// and hashes. Whole numbers are exact 64-bit integers; other numbers are doubles. An object keeps
// its members in the order of RFC 8785 (by UTF-16 code units), so that every output of the same
// value is the same text.
//
//   Json config = Json::object({{"User", "nonroot"}, {"Cmd", Json::array({"--help"})}});
//   std::string user = TRY(config.get_string("User"));
//   std::string arch = TRY(index.get_string({"platform", "architecture"}));
#pragma once
#include "base/result.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <ranges>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace kiln {

// Orders UTF-8 texts as RFC 8785 orders member names: by their UTF-16 code units.
struct Utf16Less {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};

// The way to a member of nested objects: "User" or {"config", "User"}.
class MemberPath {
 public:
  MemberPath(std::string_view key) : keys_{key} {}                           // NOLINT(*explicit*)
  MemberPath(const char* key) : keys_{key} {}                                // NOLINT(*explicit*)
  MemberPath(const std::string& key) : keys_{key} {}                         // NOLINT(*explicit*)
  MemberPath(std::initializer_list<std::string_view> keys) : keys_(keys) {}  // NOLINT(*explicit*)
  const std::vector<std::string_view>& keys() const { return keys_; }
  std::string str() const;  // "config.User"

 private:
  std::vector<std::string_view> keys_;
};

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::map<std::string, Json, Utf16Less>;

  Json() = default;                                             // null
  Json(std::nullptr_t) {}                                       // NOLINT(*explicit*)
  Json(bool value) : value_(value) {}                           // NOLINT(*explicit*)
  Json(double value);                                           // NOLINT(*explicit*) finite only
  Json(std::string value) : value_(std::move(value)) {}         // NOLINT(*explicit*)
  Json(std::string_view value) : value_(std::string(value)) {}  // NOLINT(*explicit*)
  Json(const char* value) : value_(std::string(value)) {}       // NOLINT(*explicit*)
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Json(T value) : value_(static_cast<int64_t>(value)) {  // NOLINT(*explicit*)
    ASSERT(std::in_range<int64_t>(value));
  }

  static Json array(Array items = {}) { return Json(Value(std::move(items))); }
  static Json object(Object members = {}) { return Json(Value(std::move(members))); }
  // An array of everything in a range of texts, numbers or Json.
  template <std::ranges::input_range Range>
  static Json array_of(const Range& range) {
    Array items;
    for (const auto& item : range) items.emplace_back(item);
    return array(std::move(items));
  }
  // An object from a range of pairs of a name and a text, number or Json.
  template <std::ranges::input_range Range>
  static Json object_of(const Range& range) {
    Object members;
    for (const auto& [key, value] : range) members.insert_or_assign(std::string(key), Json(value));
    return object(std::move(members));
  }

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  bool is_bool() const { return std::holds_alternative<bool>(value_); }
  bool is_int() const { return std::holds_alternative<int64_t>(value_); }
  bool is_double() const { return std::holds_alternative<double>(value_); }
  bool is_string() const { return std::holds_alternative<std::string>(value_); }
  bool is_array() const { return std::holds_alternative<Array>(value_); }
  bool is_object() const { return std::holds_alternative<Object>(value_); }
  // "an object", "a string", ...: for messages.
  std::string_view kind() const;

  // What is inside; the value must be of that kind.
  bool as_bool() const;
  int64_t as_int() const;
  double as_double() const;  // also of an integer
  const std::string& as_string() const;
  const Array& as_array() const;
  const Object& as_object() const;
  Array& as_array();
  Object& as_object();

  // A member of this object, made as null when it is not there. The value must be an object.
  Json& operator[](std::string_view key);
  void push_back(Json item) { as_array().push_back(std::move(item)); }

  // The member at the end of a path; nothing when it, or an object on the way, is not there.
  const Json* find(const MemberPath& path) const;

  // The member at the end of a path; a missing one (not_found) and one of another kind (corrupt)
  // are errors that name the path.
  Result<std::string> get_string(const MemberPath& path) const;
  Result<int64_t> get_int(const MemberPath& path) const;
  Result<bool> get_bool(const MemberPath& path) const;
  Result<const Array*> get_array(const MemberPath& path) const;
  Result<const Json*> get_object(const MemberPath& path) const;
  Result<std::vector<std::string>> get_strings(const MemberPath& path) const;
  Result<std::map<std::string, std::string>> get_string_map(const MemberPath& path) const;

  // The same where the member may be absent or null: then `fallback` is returned.
  Result<std::string> get_string_or(const MemberPath& path, std::string fallback) const;
  Result<int64_t> get_int_or(const MemberPath& path, int64_t fallback) const;
  Result<bool> get_bool_or(const MemberPath& path, bool fallback) const;
  Result<std::vector<std::string>> get_strings_or_empty(const MemberPath& path) const;
  Result<std::map<std::string, std::string>> get_string_map_or_empty(const MemberPath& path) const;

  bool operator==(const Json&) const = default;

 private:
  using Value = std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object>;
  explicit Json(Value value) : value_(std::move(value)) {}
  bool has(const MemberPath& path) const;
  Value value_;
};

struct JsonLimits {
  size_t depth = 128;
  size_t size = 256U << 20;  // bytes of text
};

// Reads one JSON document. Refuses (corrupt) bad syntax, bad UTF-8, lone surrogates, duplicate
// names and anything after the document, with line and column, and (limit) what is too large.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

// The canonical form of RFC 8785: what is hashed and signed. One difference: integers beyond 2^53
// are written exactly. Needs valid UTF-8 in strings, as parse_json gives it.
std::string canonical(const Json& value);

// For people: two blanks an indent, one member a line, a newline at the end.
std::string pretty(const Json& value);

}  // namespace kiln
