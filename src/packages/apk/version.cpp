// SPDX-License-Identifier: Apache-2.0
//
// Two versions are read part by part, as long as the parts are of the same kind and equal.
#include "packages/apk/version.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace kiln::packages::apk {

namespace {

// In the order in which parts may follow each other; of two versions that are equal so far, the
// one whose next part comes later here is the lesser.
enum class Kind {
  first,
  digits,
  letter,
  no_digits,
  suffix,
  suffix_number,
  hash,
  revision,
  end,
  invalid
};

// Pre-releases, then none, then what comes after a release.
constexpr std::array<std::string_view, 10> k_suffixes = {"alpha", "beta", "pre", "rc", "",
                                                         "cvs",   "svn",  "git", "hg", "p"};
constexpr size_t k_no_suffix = 4;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

class Parts {
 public:
  explicit Parts(std::string_view text) : rest_(text) { take_number(Kind::first); }

  Kind kind() const { return kind_; }
  std::string_view text() const { return text_; }
  size_t suffix() const { return suffix_; }
  // Whether all parts so far are as the form of versions has them.
  bool strict() const { return strict_; }
  bool done() const { return kind_ >= Kind::end; }
  bool is_pre_release() const { return kind_ == Kind::suffix && suffix_ < k_no_suffix; }

  void next() {
    if (rest_.empty()) {
      kind_ = Kind::end;
      return;
    }
    char c = rest_.front();
    if (is_lower(c) && in_numbers()) {
      text_ = rest_.substr(0, 1);
      rest_.remove_prefix(1);
      kind_ = Kind::letter;
    } else if (c == '.' && in_numbers()) {
      rest_.remove_prefix(1);
      take_number(Kind::digits);
    } else if (is_digit(c) && kind_ <= Kind::no_digits) {
      strict_ &= kind_ != Kind::letter;
      take_number(Kind::digits);
    } else if (is_digit(c) && kind_ == Kind::suffix) {
      take_number(Kind::suffix_number);
    } else if (c == '_' && kind_ <= Kind::suffix_number) {
      take_suffix();
    } else if (c == '~' && kind_ < Kind::hash) {
      rest_.remove_prefix(1);
      take(Kind::hash, is_hex);
    } else if (rest_.starts_with("-r") && kind_ < Kind::revision &&
               !(rest_.size() > 2 && is_lower(rest_[2]))) {
      rest_.remove_prefix(2);
      take_number(Kind::revision);
    } else {
      kind_ = Kind::invalid;
    }
  }

 private:
  void take(Kind kind, bool (*belongs)(char)) {
    auto end = std::ranges::find_if_not(rest_, belongs);
    text_ = rest_.substr(0, static_cast<size_t>(end - rest_.begin()));
    rest_.remove_prefix(text_.size());
    kind_ = text_.empty() ? Kind::invalid : kind;
  }

  bool in_numbers() const { return kind_ <= Kind::digits || kind_ == Kind::no_digits; }

  // apk-tools 2 took a missing number for 0.
  void take_number(Kind kind) {
    take(kind, is_digit);
    strict_ &= !text_.empty();
    kind_ = text_.empty() && kind == Kind::digits ? Kind::no_digits : kind;
  }

  void take_suffix() {
    rest_.remove_prefix(1);
    take(Kind::suffix, is_lower);
    auto known = std::ranges::find(k_suffixes, text_);
    if (text_.empty() || known == k_suffixes.end()) kind_ = Kind::invalid;
    suffix_ = static_cast<size_t>(known - k_suffixes.begin());
  }

  std::string_view rest_;
  std::string_view text_;
  size_t suffix_ = 0;
  bool strict_ = true;
  Kind kind_ = Kind::first;
};

// Of digits of any length, without overflow.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

std::strong_ordering compare_parts(const Parts& a, const Parts& b) {
  switch (a.kind()) {
    case Kind::digits:
      // A leading zero makes it a fraction.
      if (a.text().starts_with('0') || b.text().starts_with('0')) return a.text() <=> b.text();
      return compare_numbers(a.text(), b.text());
    case Kind::first:
    case Kind::suffix_number:
    case Kind::revision:
      return compare_numbers(a.text(), b.text());
    case Kind::suffix:
      return a.suffix() <=> b.suffix();
    default:
      return a.text() <=> b.text();
  }
}

std::strong_ordering compare(std::string_view left, std::string_view right, bool fuzzy) {
  Parts a(left);
  Parts b(right);
  for (; a.kind() == b.kind() && !a.done(); a.next(), b.next())
    if (auto order = compare_parts(a, b); order != 0) return order;
  if (fuzzy && b.kind() == Kind::end) return std::strong_ordering::equal;
  if (a.kind() == b.kind()) return std::strong_ordering::equal;
  if (a.is_pre_release()) return std::strong_ordering::less;
  if (b.is_pre_release()) return std::strong_ordering::greater;
  return b.kind() <=> a.kind();
}

}  // namespace

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  return compare(a, b, false);
}

bool matches_fuzzily(std::string_view version, std::string_view prefix) {
  return compare(version, prefix, true) == 0;
}

bool is_version(std::string_view text) {
  Parts parts(text);
  while (!parts.done()) parts.next();
  return parts.kind() == Kind::end && parts.strict();
}

std::string_view upstream_of(std::string_view version) {
  size_t dash = version.rfind("-r");
  if (dash == std::string_view::npos) return version;
  std::string_view digits = version.substr(dash + 2);
  bool revision = !digits.empty() && std::ranges::all_of(digits, is_digit);
  return revision ? version.substr(0, dash) : version;
}

}  // namespace kiln::packages::apk
