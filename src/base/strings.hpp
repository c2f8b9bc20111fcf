// SPDX-License-Identifier: Apache-2.0
//
// Text: cutting, joining, numbers, sizes for people, and the nearest of several words.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

// Transparent hash, so that maps keyed by std::string are searched with a string_view.
struct StringHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

// Without blanks, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);

// The pieces between separators, empty ones included: split("a,,b", ',') is {"a", "", "b"}.
std::vector<std::string_view> split(std::string_view text, char separator);

// The pieces between runs of blanks and tabs and line ends, without empty ones.
std::vector<std::string_view> split_words(std::string_view text);

// Cuts `rest` at the first separator and returns what stood before it; all of it when there is
// none.
std::string_view take_until(std::string_view& rest, char separator);

std::string join(std::span<const std::string> pieces, std::string_view separator);

std::string to_lower(std::string_view ascii);

// A whole decimal number without sign or blanks; none for anything else or an overflow.
std::optional<uint64_t> parse_decimal(std::string_view text);
// The same in octal: "0755" and "755" are 493.
std::optional<uint64_t> parse_octal(std::string_view text);

// The candidate that differs from `word` by the fewest edits, if by at most a third of its letters.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

// Number of single-letter insertions, deletions, replacements and swaps of neighbours between two
// words; stops counting past `limit`.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit = 8);

// "1.4 MiB", "312 B": a size for people.
std::string human_size(uint64_t bytes);
// "1 file", "3 files": a count with its noun; `plural` where an "s" does not do.
std::string counted(uint64_t count, std::string_view noun, std::string_view plural = {});
// "420 ms", "3.2 s", "2 min 5 s": a time span for people.
std::string human_seconds(double seconds);

// Shell-style match of a path: `*` and `?` within a component, `**` across components,
// `[...]` classes. Both sides without a leading slash.
bool glob_match(std::string_view pattern, std::string_view path);

// `text` with control and non-ASCII bytes shown as \xNN, for error messages about foreign bytes.
std::string printable(std::string_view text, size_t limit = 200);

}  // namespace kiln
