// SPDX-License-Identifier: Apache-2.0
//
// Parts are compared as alternating runs of non-digits and digits. Non-digits order by letter, with
// '~' before the end of the part, and every other character after the letters; digit runs order as
// numbers of any length.
#include "packages/deb/version.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr size_t k_greatest_length = 1024;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct Parts {
  std::string_view epoch;
  std::string_view upstream;
  std::string_view revision;
};

Parts cut(std::string_view version) {
  Parts parts;
  size_t colon = version.find(':');
  if (colon != std::string_view::npos) {
    std::string_view epoch = version.substr(0, colon);
    if (std::ranges::all_of(epoch, is_digit)) {
      parts.epoch = epoch;
      version.remove_prefix(colon + 1);
    }
  }
  size_t hyphen = version.rfind('-');
  parts.upstream = version.substr(0, hyphen);
  if (hyphen != std::string_view::npos) parts.revision = version.substr(hyphen + 1);
  return parts;
}

// The weight of the first character of a non-digit run; the end of the text and digits weigh 0.
int weight(std::string_view text) {
  if (text.empty() || is_digit(text.front())) return 0;
  char c = text.front();
  if (c == '~') return -1;
  auto value = static_cast<unsigned char>(c);
  return is_letter(c) ? value : value + 256;
}

std::string_view take_number(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (auto order = a.size() <=> b.size(); order != 0) return order;
  return a.compare(b) <=> 0;
}

std::strong_ordering compare_parts(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    while ((!a.empty() && !is_digit(a.front())) || (!b.empty() && !is_digit(b.front()))) {
      if (auto order = weight(a) <=> weight(b); order != 0) return order;
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    std::string_view number_a = take_number(a);
    std::string_view number_b = take_number(b);
    if (auto order = compare_numbers(number_a, number_b); order != 0) return order;
  }
  return std::strong_ordering::equal;
}

std::unexpected<Error> bad_version(std::string_view version, std::string_view why) {
  return fail(ErrorCode::corrupt,
              fmt::format("\"{}\" is not a Debian version: {}", printable(version), why));
}

bool drop_digits(std::string_view& text) {
  size_t end = text.size();
  while (end > 0 && text[end - 1] >= '0' && text[end - 1] <= '9') --end;
  if (end == text.size()) return false;
  text.remove_suffix(text.size() - end);
  return true;
}

bool drop_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// Takes "+dhi1", "+b2", "+deb13u1" or "~deb12u3" off the end.
bool drop_rebuild(std::string_view& version) {
  std::string_view rest = version;
  if (!drop_digits(rest)) return false;
  bool dropped = drop_suffix(rest, "+dhi") || drop_suffix(rest, "+b") ||
                 (drop_suffix(rest, "u") && drop_digits(rest) &&
                  (drop_suffix(rest, "+deb") || drop_suffix(rest, "~deb")));
  if (!dropped || rest.empty()) return false;
  version = rest;
  return true;
}

}  // namespace

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  if (a == b) return std::strong_ordering::equal;
  Parts left = cut(a);
  Parts right = cut(b);
  std::string_view epoch_a = take_number(left.epoch);
  std::string_view epoch_b = take_number(right.epoch);
  if (auto order = compare_numbers(epoch_a, epoch_b); order != 0) return order;
  if (auto order = compare_parts(left.upstream, right.upstream); order != 0) return order;
  return compare_parts(left.revision, right.revision);
}

Result<> check_version(std::string_view version) {
  if (version.empty()) return bad_version(version, "it is empty");
  if (version.size() > k_greatest_length) return bad_version(version, "it is too long");
  std::string_view rest = version;
  if (size_t colon = rest.find(':'); colon != std::string_view::npos) {
    auto epoch = parse_decimal(rest.substr(0, colon));
    if (!epoch || *epoch > INT32_MAX) return bad_version(version, "its epoch is not a number");
    rest.remove_prefix(colon + 1);
  }
  size_t hyphen = rest.rfind('-');
  if (hyphen != std::string_view::npos) {
    std::string_view revision = rest.substr(hyphen + 1);
    if (revision.empty()) return bad_version(version, "its revision is empty");
    for (char c : revision)
      if (!is_digit(c) && !is_letter(c) &&
          std::string_view(".+~").find(c) == std::string_view::npos)
        return bad_version(version, "its revision has a character that is not allowed");
  }
  std::string_view upstream = rest.substr(0, hyphen);
  if (upstream.empty() || !is_digit(upstream.front()))
    return bad_version(version, "the upstream part does not begin with a digit");
  for (char c : upstream)
    if (!is_digit(c) && !is_letter(c) &&
        std::string_view(".+~-:").find(c) == std::string_view::npos)
      return bad_version(version, "it has a character that is not allowed");
  return {};
}

std::string_view without_rebuilds(std::string_view version) {
  while (drop_rebuild(version)) continue;
  return version;
}

std::string_view upstream_of(std::string_view version) {
  if (size_t colon = version.find(':'); colon != std::string_view::npos)
    version.remove_prefix(colon + 1);
  version = without_rebuilds(version);
  return version.substr(0, version.rfind('-'));
}

}  // namespace kiln::packages::deb
