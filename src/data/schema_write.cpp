// SPDX-License-Identifier: Apache-2.0
#include "data/schema_write.hpp"

namespace kiln {

YamlNode plain_node(std::string_view text) {
  YamlNode node;
  node.kind = YamlNode::Kind::scalar;
  node.text = text;
  return node;
}

YamlNode string_node(std::string_view text) {
  YamlNode node = plain_node(text);
  node.plain = false;
  return node;
}

std::optional<YamlNode> to_node(const Text& text) {
  if (!text.given()) return std::nullopt;
  return string_node(text.value);
}

std::optional<YamlNode> to_node(const Located<int64_t>& number) {
  if (!number.given()) return std::nullopt;
  return plain_node(std::to_string(number.value));
}

std::optional<YamlNode> to_node(const Located<bool>& value) {
  if (!value.given()) return std::nullopt;
  return plain_node(value.value ? "true" : "false");
}

std::optional<YamlNode> to_node(const TextMap& map) {
  if (map.empty()) return std::nullopt;
  YamlNode node;
  node.kind = YamlNode::Kind::mapping;
  for (const TextMapEntry& entry : map)
    node.entries.push_back({string_node(entry.key.value), string_node(entry.value.value)});
  return node;
}

std::optional<YamlNode> to_node(const YamlNode& node) {
  if (node.is_null()) return std::nullopt;
  return node;
}

std::optional<YamlNode> to_node(const AnyNode& any) {
  return to_node(any.node);
}

}  // namespace kiln
