// SPDX-License-Identifier: Apache-2.0
#include "data/yaml.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace kiln {

namespace {

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, text) != words.end();
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_sign(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return text;
}

// [-+]? ( "." digits | digits ( "." digits? )? ) ( [eE] [-+]? digits )?, and .inf and .nan.
bool looks_like_fraction(std::string_view text) {
  std::string_view number = without_sign(text);
  if (is_one_of(number, {".inf", ".Inf", ".INF"})) return true;
  if (is_one_of(text, {".nan", ".NaN", ".NAN"})) return true;
  if (size_t exponent = number.find_first_of("eE"); exponent != std::string_view::npos) {
    if (!all_digits(without_sign(number.substr(exponent + 1)))) return false;
    number = number.substr(0, exponent);
  }
  size_t point = number.find('.');
  std::string_view whole = number.substr(0, point);
  std::string_view rest = point == std::string_view::npos ? "" : number.substr(point + 1);
  if (whole.empty()) return all_digits(rest);
  return all_digits(whole) && (rest.empty() || all_digits(rest));
}

bool looks_like_number(std::string_view text) {
  if (text.starts_with("0x"))
    return text.size() > 2 && text.find_first_not_of("0123456789abcdefABCDEF", 2) == text.npos;
  if (text.starts_with("0o"))
    return text.size() > 2 && text.find_first_not_of("01234567", 2) == text.npos;
  return looks_like_fraction(text);
}

}  // namespace

std::optional<bool> YamlNode::as_bool() const {
  if (!is_scalar() || !plain) return std::nullopt;
  if (is_one_of(text, {"true", "True", "TRUE"})) return true;
  if (is_one_of(text, {"false", "False", "FALSE"})) return false;
  return std::nullopt;
}

std::optional<int64_t> YamlNode::as_int() const {
  if (!is_scalar() || !plain) return std::nullopt;
  std::string_view digits = text;
  int base = 10;
  if (digits.starts_with("0x")) base = 16;
  if (digits.starts_with("0o")) base = 8;
  if (base != 10) digits.remove_prefix(2);
  if (digits.starts_with('+') || (base != 10 && digits.starts_with('-'))) {
    digits.remove_prefix(1);
    if (base != 10 || digits.starts_with('-')) return std::nullopt;
  }
  int64_t value = 0;
  const char* last = digits.data() + digits.size();
  auto [stop, code] = std::from_chars(digits.data(), last, value, base);
  if (code != std::errc{} || stop != last) return std::nullopt;
  return value;
}

bool YamlNode::is_string() const {
  return is_scalar() && (!plain || (!as_bool() && !looks_like_number(text)));
}

std::string_view YamlNode::description() const {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
    case Kind::scalar:
      break;
  }
  if (is_string()) return "a string";
  if (as_bool()) return "a boolean";
  return as_int() ? "a whole number" : "a number";
}

const YamlNode* YamlNode::find(std::string_view key) const {
  auto entry = std::ranges::find_if(entries, [&](const YamlEntry& e) { return e.key.text == key; });
  return entry == entries.end() ? nullptr : &entry->value;
}

YamlNode* YamlNode::find(std::string_view key) {
  return const_cast<YamlNode*>(std::as_const(*this).find(key));
}

bool YamlNode::operator==(const YamlNode& other) const {
  if (kind != other.kind) return false;
  if (is_null()) return true;
  return text == other.text && is_string() == other.is_string() && items == other.items &&
         entries == other.entries;
}

}  // namespace kiln
