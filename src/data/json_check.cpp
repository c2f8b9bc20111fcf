// SPDX-License-Identifier: Apache-2.0
//
// A scanner that knows the plain part of JSON: no escapes in names, no more than some nesting, no
// exponents. What it accepts is JSON. What it does not is read by parse_json, which decides.
#include "data/json_check.hpp"

#include "data/json.hpp"
#include "data/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

namespace kiln {

namespace {

constexpr size_t k_deepest = 64;
constexpr size_t k_longest_number = 18;  // digits that always fit

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// Characters that stand for themselves in a string.
constexpr auto k_plain = [] {
  std::array<bool, 256> plain = {};
  for (size_t c = 0x20; c < 256; ++c) plain[c] = c != '"' && c != '\\';
  return plain;
}();

constexpr uint64_t of_eight(uint8_t byte) {
  return uint64_t{0x0101010101010101} * byte;
}

// Whether one of the eight bytes of a word is below `bound`, which is 1 to 128.
constexpr bool has_below(uint64_t word, uint8_t bound) {
  return ((word - of_eight(bound)) & ~word & of_eight(0x80)) != 0;
}

bool are_plain(const char* eight) {
  uint64_t word = 0;
  std::memcpy(&word, eight, sizeof word);
  return !has_below(word, 0x20) && !has_below(word ^ of_eight('"'), 1) &&
         !has_below(word ^ of_eight('\\'), 1);
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool is_object() {
    skip_blanks();
    if (at_ == end_ || *at_ != '{' || !value(0)) return false;
    skip_blanks();
    return at_ == end_;
  }

 private:
  void skip_blanks() {
    while (at_ != end_ && is_blank(*at_)) ++at_;
  }
  bool take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }
  bool word(std::string_view expected) {
    if (!std::string_view(at_, end_).starts_with(expected)) return false;
    at_ += expected.size();
    return true;
  }

  bool value(size_t depth) {
    skip_blanks();
    if (at_ == end_ || depth == k_deepest) return false;
    switch (*at_) {
      case '{':
        return object(depth);
      case '[':
        return array(depth);
      case '"':
        return string();
      case 't':
        return word("true");
      case 'f':
        return word("false");
      case 'n':
        return word("null");
      default:
        return number();
    }
  }

  bool array(size_t depth) {
    ++at_;
    skip_blanks();
    if (take(']')) return true;
    while (value(depth + 1)) {
      skip_blanks();
      if (take(']')) return true;
      if (!take(',')) return false;
    }
    return false;
  }

  bool object(size_t depth) {
    ++at_;
    size_t first = names_.size();
    skip_blanks();
    if (take('}')) return true;
    while (name()) {
      skip_blanks();
      if (!take(':') || !value(depth + 1)) return false;
      skip_blanks();
      if (take('}')) return end_object(first);
      if (!take(',')) return false;
    }
    return false;
  }

  // No name stands twice.
  bool end_object(size_t first) {
    auto begin = names_.begin() + static_cast<ptrdiff_t>(first);
    std::sort(begin, names_.end());
    bool unique = std::adjacent_find(begin, names_.end()) == names_.end();
    names_.resize(first);
    return unique;
  }

  bool name() {
    skip_blanks();
    if (!take('"')) return false;
    const char* begin = at_;
    skip_plain();
    names_.emplace_back(begin, at_);
    return take('"');
  }

  bool string() {
    ++at_;
    while (true) {
      skip_plain();
      if (take('"')) return true;
      if (!take('\\') || !escape()) return false;
    }
  }

  void skip_plain() {
    while (end_ - at_ >= 8 && are_plain(at_)) at_ += 8;
    while (at_ != end_ && k_plain[static_cast<unsigned char>(*at_)]) ++at_;
  }

  bool escape() {
    if (at_ == end_ || std::string_view("\"\\/bfnrt").find(*at_) == std::string_view::npos)
      return false;
    ++at_;
    return true;
  }

  bool number() {
    take('-');
    const char* begin = at_;
    size_t digits = skip_digits();
    if (digits == 0 || digits > k_longest_number || (*begin == '0' && digits > 1)) return false;
    if (take('.') && skip_digits() == 0) return false;
    return at_ == end_ || (*at_ != 'e' && *at_ != 'E');
  }

  size_t skip_digits() {
    const char* begin = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return static_cast<size_t>(at_ - begin);
  }

  const char* at_;
  const char* end_;
  std::vector<std::string_view> names_;  // of the objects that are open, the innermost last
};

}  // namespace

Result<> check_json_object(std::string_view text) {
  if (text.size() <= JsonLimits().size && !find_invalid_utf8(text) && Scanner(text).is_object())
    return {};
  Json json = TRY(parse_json(text));
  return json.is_object() ? Result<>() : fail(ErrorCode::corrupt, "the JSON is no object");
}

}  // namespace kiln
