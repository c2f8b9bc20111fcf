// SPDX-License-Identifier: Apache-2.0
//
// The reader: recursive descent over the whole text, bounded in depth.
#include "data/json.hpp"
#include "data/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace kiln {

namespace {

class JsonParser {
 public:
  JsonParser(std::string_view text, size_t depth) : text_(text), depth_left_(depth) {}

  Result<Json> document() {
    Json value = TRY(element());
    skip_blanks();
    if (at_ < text_.size()) return error("expected the end of the document");
    return value;
  }

 private:
  std::unexpected<Error> error(std::string_view what) const {
    std::string_view before = text_.substr(0, at_);
    size_t line = static_cast<size_t>(std::ranges::count(before, '\n')) + 1;
    size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return fail(ErrorCode::corrupt,
                fmt::format("JSON line {}, column {}: {}", line, at_ - line_start + 1, what));
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (peek() != c || at_ >= text_.size()) return false;
    ++at_;
    return true;
  }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  Result<Json> element() {
    skip_blanks();
    switch (peek()) {
      case '{':
        return nested(&JsonParser::object);
      case '[':
        return nested(&JsonParser::array);
      case '"':
        return Json(TRY(string()));
      case 't':
        return literal("true", Json(true));
      case 'f':
        return literal("false", Json(false));
      case 'n':
        return literal("null", Json());
      default:
        return number();
    }
  }

  Result<Json> nested(Result<Json> (JsonParser::*read)()) {
    if (depth_left_ == 0)
      return fail(ErrorCode::limit, "JSON: arrays and objects are nested too deeply");
    --depth_left_;
    Json value = TRY((this->*read)());
    ++depth_left_;
    return value;
  }

  Result<Json> literal(std::string_view word, Json value) {
    if (!text_.substr(at_).starts_with(word)) return error("expected a value");
    at_ += word.size();
    return value;
  }

  Result<Json> array() {
    ++at_;
    Json::Array items;
    skip_blanks();
    if (take(']')) return Json::array();
    while (true) {
      items.push_back(TRY(element()));
      skip_blanks();
      if (take(']')) return Json::array(std::move(items));
      if (!take(',')) return error("expected \",\" or \"]\"");
    }
  }

  Result<Json> object() {
    ++at_;
    Json::Object members;
    skip_blanks();
    if (take('}')) return Json::object();
    while (true) {
      skip_blanks();
      size_t key_place = at_;
      if (peek() != '"') return error("expected a member's name in quotes");
      std::string key = TRY(string());
      skip_blanks();
      if (!take(':')) return error("expected \":\"");
      Json value = TRY(element());
      auto [place, added] = members.try_emplace(std::move(key), std::move(value));
      if (!added) {
        at_ = key_place;
        return error(fmt::format("the name \"{}\" stands twice in an object", place->first));
      }
      skip_blanks();
      if (take('}')) return Json::object(std::move(members));
      if (!take(',')) return error("expected \",\" or \"}\"");
    }
  }

  Result<std::string> string() {
    ++at_;
    std::string value;
    while (true) {
      size_t stop = at_;
      while (stop < text_.size() && text_[stop] != '"' && text_[stop] != '\\' &&
             static_cast<unsigned char>(text_[stop]) >= 0x20)
        ++stop;
      value += text_.substr(at_, stop - at_);
      at_ = stop;
      if (at_ == text_.size()) return error("the string does not end");
      if (take('"')) return value;
      if (!take('\\')) return error("control characters in strings must be escaped");
      TRY(escape(value));
    }
  }

  Result<> escape(std::string& out) {
    constexpr std::string_view k_letters = "\"\\/bfnrt";
    constexpr std::string_view k_meanings = "\"\\/\b\f\n\r\t";
    if (take('u')) return unicode_escape(out);
    size_t which = at_ < text_.size() ? k_letters.find(text_[at_]) : std::string_view::npos;
    if (which == std::string_view::npos) return error("unknown escape in a string");
    out += k_meanings[which];
    ++at_;
    return {};
  }

  Result<> unicode_escape(std::string& out) {
    uint32_t unit = TRY(four_digits());
    if (unit >= 0xD800 && unit <= 0xDBFF) {
      if (!text_.substr(at_).starts_with("\\u")) return error("a surrogate stands alone");
      at_ += 2;
      uint32_t low = TRY(four_digits());
      if (low < 0xDC00 || low > 0xDFFF) return error("a surrogate stands alone");
      unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
    } else if (unit >= 0xDC00 && unit <= 0xDFFF) {
      return error("a surrogate stands alone");
    }
    append_utf8(out, unit);
    return {};
  }

  Result<uint32_t> four_digits() {
    std::string_view digits = text_.substr(at_, 4);
    uint32_t value = 0;
    auto [stop, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 4 || code != std::errc{} || stop != digits.data() + 4)
      return error("expected four hexadecimal digits");
    at_ += 4;
    return value;
  }

  size_t skip_digits() {
    size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ - start;
  }

  Result<Json> number() {
    size_t start = at_;
    take('-');
    bool zero = peek() == '0';
    size_t digits = skip_digits();
    if (digits == 0) return error("expected a value");
    if (zero && digits > 1) return error("a number may not begin with 0");
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (skip_digits() == 0) return error("expected a digit after the point");
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('-')) take('+');
      if (skip_digits() == 0) return error("expected a digit in the exponent");
    }
    return convert(text_.substr(start, at_ - start), whole);
  }

  Result<Json> convert(std::string_view digits, bool whole) {
    const char* end = digits.data() + digits.size();
    if (int64_t integer; whole && std::from_chars(digits.data(), end, integer).ec == std::errc{})
      return Json(integer);
    double fraction = 0;
    if (std::from_chars(digits.data(), end, fraction).ec != std::errc{} || !std::isfinite(fraction))
      return error("the number is out of range");
    return Json(fraction);
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t depth_left_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.size)
    return fail(ErrorCode::limit, fmt::format("JSON: {} bytes are more than the {} allowed",
                                              text.size(), limits.size));
  if (auto place = find_invalid_utf8(text))
    return fail(ErrorCode::corrupt, fmt::format("JSON: byte {} is not valid UTF-8", *place));
  return JsonParser(text, limits.depth).document();
}

}  // namespace kiln
