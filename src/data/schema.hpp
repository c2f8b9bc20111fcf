// SPDX-License-Identifier: Apache-2.0
//
// How a block of a YAML file is declared, once, for reading and writing. A block is a struct with
//
//   template <class Self, class Fields> static void describe(Self& self, Fields& fields) {
//     fields.required("name", self.name);
//     fields("uid", self.uid);
//   }
//
// in the order in which its keys are written. Fields may be Text, Located<int64_t>, Located<bool>,
// Located<an enum with EnumNames>, TextMap, YamlNode (a mapping, kept as it is), AnyNode, another
// block, or a vector of these. A member `Place where` of a block receives the block's place.
// schema_read.hpp and schema_write.hpp hold the two ends.
#pragma once
#include "data/yaml.hpp"

#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

// A value and where it was written. Two are equal when their values are, wherever they stand.
template <typename T>
struct Located {
  T value{};
  Position where;

  bool given() const { return where.line > 0; }
  bool operator==(const Located& other) const {
    return given() == other.given() && value == other.value;
  }
};

using Text = Located<std::string>;

struct TextMapEntry {
  Text key;
  Text value;
  bool operator==(const TextMapEntry&) const = default;
};

// The place of a block; it does not count when blocks are compared.
struct Place : Position {
  bool operator==(const Place&) const { return true; }
};

// A mapping of free keys to texts, in the order of the file.
using TextMap = std::vector<TextMapEntry>;

// The value of a key; nothing when it is not there.
inline const Text* find(const TextMap& map, std::string_view key) {
  for (const TextMapEntry& entry : map)
    if (entry.key.value == key) return &entry.value;
  return nullptr;
}

// A value of any shape, kept as it is. (A YamlNode as a field is such a value that must be a
// mapping.)
struct AnyNode {
  YamlNode node;
  bool operator==(const AnyNode&) const = default;
};

// Specialise with `static constexpr std::array<std::pair<E, std::string_view>, n> values`.
template <typename E>
struct EnumNames;

template <typename E>
std::string_view enum_name(E value) {
  for (const auto& [known, name] : EnumNames<E>::values)
    if (known == value) return name;
  return {};
}

}  // namespace kiln
