// SPDX-License-Identifier: Apache-2.0
//
// YAML as a tree in which every node knows its place, for files that people write. The scanner is
// libyaml; what its events mean follows the core schema of YAML 1.2.2 (section 10.3): `no`, `on`
// and 0755 stay text or decimal. A node keeps its text, so a schema may read `13` as the string
// that its author meant.
//
// Bounds: 4 MiB of text, 64 levels, keys of 256 bytes, 200,000 nodes out of aliases. Refused with a
// place: duplicate keys, keys that are not text, merge keys, tags (`- !dpkg` is one, meant as
// text), more than one document, tabs as indentation, invalid UTF-8.
#pragma once
#include "base/diagnostics.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

// A place in one of the files that a value was read from. Lines and columns count from 1 (columns
// in characters); line 0 means that the value stands in no file.
struct Position {
  uint32_t line = 0;
  uint32_t column = 0;
  uint32_t index = 0;  // bytes from the start of the file
  uint32_t file = 0;   // the number that the reader of several files gave to this one

  bool operator==(const Position&) const = default;
};

struct YamlEntry;

struct YamlNode {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  bool plain = true;  // a scalar without quotes, so that true and 13 are not strings
  Position start, end;
  std::string text;                // of a scalar or null, unescaped
  std::vector<YamlNode> items;     // of a sequence
  std::vector<YamlEntry> entries;  // of a mapping, in the order of the file

  bool is_null() const { return kind == Kind::null; }
  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_sequence() const { return kind == Kind::sequence; }
  bool is_mapping() const { return kind == Kind::mapping; }

  // true, True, TRUE and their opposites without quotes.
  std::optional<bool> as_bool() const;
  // A decimal, 0o octal or 0x hexadecimal whole number without quotes that fits.
  std::optional<int64_t> as_int() const;
  // Whether the core schema takes this scalar for a string: it is quoted, or looks like no other
  // type.
  bool is_string() const;

  // What it is, for messages: "a list", "a whole number", "nothing", ...
  std::string_view description() const;

  // The value of a key of a mapping; nothing when there is none or this is no mapping.
  const YamlNode* find(std::string_view key) const;
  YamlNode* find(std::string_view key);

  // Same kind, type and content, wherever they stand and however they are quoted.
  bool operator==(const YamlNode& other) const;
};

// The key is a scalar and counts as a string, however it is written.
struct YamlEntry {
  YamlNode key;
  YamlNode value;
  bool operator==(const YamlEntry&) const = default;
};

// Reads the one document of a text, named `file` in diagnostics and `file_number` in positions.
// Nothing is returned when the text is not such a document; an empty text is a null node.
std::optional<YamlNode> parse_yaml(std::string_view text, const std::string& file,
                                   Diagnostics& diagnostics, uint32_t file_number = 0);

}  // namespace kiln
