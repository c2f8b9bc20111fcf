// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::string_view k_blanks = " \t\r\n";

std::optional<uint64_t> parse_number(std::string_view text, int base) {
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, value, base);
  if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
  return value;
}

// Matches one `[...]` class at the start of `pattern` against `c`; sets `length` to the class's
// size, or to 0 when the class is not closed.
bool match_class(std::string_view pattern, char c, size_t& length) {
  size_t i = 1;
  bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    char low = pattern[i];
    char high = low;
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      high = pattern[i + 2];
      i += 2;
    }
    found = found || (low <= c && c <= high);
    ++i;
  }
  length = i < pattern.size() ? i + 1 : 0;
  return found != negated;
}

bool match_from(std::string_view pattern, std::string_view path, int& budget) {
  while (!pattern.empty()) {
    if (--budget < 0) return false;
    if (pattern.starts_with("**")) {
      std::string_view rest = pattern.substr(2);
      if (rest.starts_with('/') && match_from(rest.substr(1), path, budget)) return true;
      for (size_t i = 0; i <= path.size(); ++i)
        if (match_from(rest, path.substr(i), budget)) return true;
      return false;
    }
    if (pattern.front() == '*') {
      for (size_t i = 0;; ++i) {
        if (match_from(pattern.substr(1), path.substr(i), budget)) return true;
        if (i == path.size() || path[i] == '/') return false;
      }
    }
    if (path.empty()) return false;
    size_t length = 1;
    bool same;
    if (pattern.front() == '?') {
      same = path.front() != '/';
    } else if (pattern.front() == '[') {
      same = match_class(pattern, path.front(), length) && length > 0;
      if (length == 0) {
        length = 1;
        same = path.front() == '[';
      }
    } else {
      same = pattern.front() == path.front();
    }
    if (!same) return false;
    pattern.remove_prefix(length);
    path.remove_prefix(1);
  }
  return path.empty();
}

}  // namespace

std::string_view trim(std::string_view text) {
  size_t first = text.find_first_not_of(k_blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(k_blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    size_t place = text.find(separator);
    pieces.push_back(text.substr(0, place));
    if (place == std::string_view::npos) return pieces;
    text.remove_prefix(place + 1);
  }
}

std::vector<std::string_view> split_words(std::string_view text) {
  std::vector<std::string_view> words;
  size_t place = text.find_first_not_of(k_blanks);
  while (place != std::string_view::npos) {
    size_t end = std::min(text.find_first_of(k_blanks, place), text.size());
    words.push_back(text.substr(place, end - place));
    place = text.find_first_not_of(k_blanks, end);
  }
  return words;
}

std::string_view take_until(std::string_view& rest, char separator) {
  size_t place = rest.find(separator);
  std::string_view piece = rest.substr(0, place);
  rest.remove_prefix(place == std::string_view::npos ? rest.size() : place + 1);
  return piece;
}

std::string join(std::span<const std::string> pieces, std::string_view separator) {
  return fmt::format("{}", fmt::join(pieces, separator));
}

std::string to_lower(std::string_view ascii) {
  std::string text(ascii);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

std::optional<uint64_t> parse_decimal(std::string_view text) {
  return parse_number(text, 10);
}
std::optional<uint64_t> parse_octal(std::string_view text) {
  return parse_number(text, 8);
}

size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return std::min(above[b.size()], limit + 1);
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  size_t best = std::max<size_t>(1, word.size() / 3) + 1;
  std::optional<std::string> found;
  for (const std::string& candidate : candidates) {
    size_t distance = edit_distance(word, candidate, best);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

std::string human_size(uint64_t bytes) {
  constexpr std::array<std::string_view, 5> units = {"KiB", "MiB", "GiB", "TiB", "PiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  size_t unit = 0;
  value /= 1024;
  while (value >= 1023.95 && unit + 1 < units.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string counted(uint64_t count, std::string_view noun, std::string_view plural) {
  if (count == 1) return fmt::format("1 {}", noun);
  return plural.empty() ? fmt::format("{} {}s", count, noun) : fmt::format("{} {}", count, plural);
}

std::string human_seconds(double seconds) {
  if (seconds < 1) return fmt::format("{:.0f} ms", seconds * 1000);
  if (seconds < 60) return fmt::format("{:.1f} s", seconds);
  auto whole = static_cast<uint64_t>(seconds);
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

bool glob_match(std::string_view pattern, std::string_view path) {
  int budget = 100'000;  // a hostile pattern of many stars must not take for ever
  return match_from(pattern, path, budget);
}

std::string printable(std::string_view text, size_t limit) {
  std::string shown;
  for (unsigned char c : text.substr(0, limit)) {
    if (c >= 0x20 && c < 0x7f) {
      shown += static_cast<char>(c);
    } else {
      shown += fmt::format("\\x{:02x}", c);
    }
  }
  if (text.size() > limit) shown += "...";
  return shown;
}

}  // namespace kiln
