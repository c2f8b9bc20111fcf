// SPDX-License-Identifier: Apache-2.0
//
// Turns declared blocks back into YAML nodes. What was not given, and empty lists and mappings, are
// left out; keys stand in the order of the declaration.
#pragma once
#include "data/schema.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace kiln {

YamlNode string_node(std::string_view text);
YamlNode plain_node(std::string_view text);

std::optional<YamlNode> to_node(const Text& text);
std::optional<YamlNode> to_node(const Located<int64_t>& number);
std::optional<YamlNode> to_node(const Located<bool>& value);
std::optional<YamlNode> to_node(const TextMap& map);
std::optional<YamlNode> to_node(const YamlNode& node);
std::optional<YamlNode> to_node(const AnyNode& any);
template <typename E>
  requires std::is_enum_v<E>
std::optional<YamlNode> to_node(const Located<E>& value);
template <typename T>
std::optional<YamlNode> to_node(const std::vector<T>& list);
template <typename Block>
  requires std::is_class_v<Block>
std::optional<YamlNode> to_node(const Block& block);

// Collects the fields of a block into a mapping.
class NodeFields {
 public:
  NodeFields() { mapping_.kind = YamlNode::Kind::mapping; }
  template <typename T>
  void operator()(std::string_view key, const T& value) {
    if (auto node = to_node(value))
      mapping_.entries.push_back({string_node(key), std::move(*node)});
  }
  template <typename T>
  void required(std::string_view key, const T& value) {
    (*this)(key, value);
  }
  YamlNode take() { return std::move(mapping_); }

 private:
  YamlNode mapping_;
};

template <typename E>
  requires std::is_enum_v<E>
std::optional<YamlNode> to_node(const Located<E>& value) {
  if (!value.given()) return std::nullopt;
  return string_node(enum_name(value.value));
}

template <typename T>
std::optional<YamlNode> to_node(const std::vector<T>& list) {
  if (list.empty()) return std::nullopt;
  YamlNode node;
  node.kind = YamlNode::Kind::sequence;
  for (const T& item : list) {
    node.items.push_back(to_node(item).value_or(YamlNode{}));
    if (node.items.back().is_null()) node.items.back().kind = YamlNode::Kind::mapping;
  }
  return node;
}

template <typename Block>
  requires std::is_class_v<Block>
std::optional<YamlNode> to_node(const Block& block) {
  NodeFields fields;
  Block::describe(block, fields);
  YamlNode node = fields.take();
  if (node.entries.empty()) return std::nullopt;
  return node;
}

}  // namespace kiln
