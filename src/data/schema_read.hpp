// SPDX-License-Identifier: Apache-2.0
//
// Reads declared blocks out of YAML and reports every mistake in one run: unknown keys with the
// near miss, wrong types with what was expected and found, unknown words, missing keys.
#pragma once
#include "base/diagnostics.hpp"
#include "data/schema.hpp"

#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace kiln {

// What a reader needs beside the nodes: where mistakes go, and the names of the files that the
// numbers in positions stand for. Both must outlive it.
class SchemaReader {
 public:
  SchemaReader(Diagnostics& diagnostics, std::span<const std::string> files)
      : diagnostics_(diagnostics), files_(files) {}

  // Moves the texts of `node` into `out`. `name` is what messages call it.
  void read(YamlNode& node, std::string_view name, Text& out);
  void read(YamlNode& node, std::string_view name, Located<int64_t>& out);
  void read(YamlNode& node, std::string_view name, Located<bool>& out);
  void read(YamlNode& node, std::string_view name, TextMap& out);
  void read(YamlNode& node, std::string_view name, YamlNode& out);
  void read(YamlNode& node, std::string_view name, AnyNode& out);
  template <typename E>
    requires std::is_enum_v<E>
  void read(YamlNode& node, std::string_view name, Located<E>& out);
  template <typename T>
  void read(YamlNode& node, std::string_view name, std::vector<T>& out);
  template <typename Block>
    requires std::is_class_v<Block>
  void read(YamlNode& node, std::string_view name, Block& out);

  Location location(const Position& at) const;
  void error(std::string rule, const Position& at, std::string message, std::string advice = {});
  void warning(std::string rule, const Position& at, std::string message, std::string advice = {});

 private:
  bool expect(const YamlNode& node, bool fits, std::string_view name, std::string_view expected);
  void report_unknown_word(const YamlNode& node, std::string_view name,
                           std::span<const std::string> words);

  Diagnostics& diagnostics_;
  std::span<const std::string> files_;
};

// Hands the keys of one mapping to the fields of a block.
class BlockFields {
 public:
  BlockFields(SchemaReader& reader, YamlNode& mapping, std::string_view name)
      : reader_(reader), mapping_(mapping), name_(name), used_(mapping.entries.size()) {}

  template <typename T>
  void operator()(std::string_view key, T& out) {
    if (YamlNode* node = take(key)) reader_.read(*node, key, out);
  }
  // A required list may not be empty either.
  template <typename T>
  void required(std::string_view key, T& out) {
    YamlNode* node = take(key);
    if (!node || (node->is_sequence() && node->items.empty()))
      report_missing(key, node);
    else
      reader_.read(*node, key, out);
  }
  // Reports the keys that no field took.
  void finish();

 private:
  YamlNode* take(std::string_view key);
  void report_missing(std::string_view key, const YamlNode* empty_list);

  SchemaReader& reader_;
  YamlNode& mapping_;
  std::string_view name_;
  std::vector<bool> used_;
  size_t used_count_ = 0;
  std::vector<std::string_view> known_;
};

template <typename E>
  requires std::is_enum_v<E>
void SchemaReader::read(YamlNode& node, std::string_view name, Located<E>& out) {
  if (!expect(node, node.is_scalar(), name, "a word")) return;
  for (const auto& [value, word] : EnumNames<E>::values)
    if (word == node.text) {
      out = {value, node.start};
      return;
    }
  std::vector<std::string> words;
  for (const auto& [value, word] : EnumNames<E>::values) words.emplace_back(word);
  report_unknown_word(node, name, words);
}

template <typename T>
void SchemaReader::read(YamlNode& node, std::string_view name, std::vector<T>& out) {
  if (!expect(node, node.is_sequence(), name, "a list")) return;
  out.reserve(node.items.size());
  for (YamlNode& item : node.items) read(item, name, out.emplace_back());
}

template <typename Block>
  requires std::is_class_v<Block>
void SchemaReader::read(YamlNode& node, std::string_view name, Block& out) {
  if (!expect(node, node.is_mapping(), name, "a mapping")) return;
  if constexpr (requires { out.where; }) out.where = Place{node.start};
  BlockFields fields(*this, node, name);
  Block::describe(out, fields);
  fields.finish();
}

}  // namespace kiln
