// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/relation.hpp"

#include "packages/apk/version.hpp"

#include <array>
#include <cstdint>

namespace kiln::packages::apk {

namespace {

// Which characters begin an operator. A table, since an index has some hundred thousand relations.
constexpr auto k_is_operator = [] {
  std::array<bool, 256> table = {};
  for (char c : {'<', '>', '=', '~'}) table[static_cast<uint8_t>(c)] = true;
  return table;
}();

bool is_operator(char c) {
  return k_is_operator[static_cast<uint8_t>(c)];
}

}  // namespace

std::optional<Relation> parse_relation(std::string_view text) {
  Relation relation{.name = {}, .tag = {}, .version = {}};
  if (text.starts_with('!')) {
    relation.conflict = true;
    text.remove_prefix(1);
  }
  size_t end = 0;
  size_t at = std::string_view::npos;
  for (; end < text.size() && !is_operator(text[end]); ++end)
    if (text[end] == '@' && at == std::string_view::npos) at = end;
  relation.name = text.substr(0, end);
  if (at != std::string_view::npos) {
    relation.tag = relation.name.substr(at + 1);
    relation.name = relation.name.substr(0, at);
    if (relation.tag.empty()) return std::nullopt;
  }
  if (relation.name.empty()) return std::nullopt;
  if (end == text.size()) return relation;
  for (; end < text.size() && is_operator(text[end]); ++end) {
    char c = text[end];
    relation.less |= c == '<';
    relation.greater |= c == '>';
    relation.equal |= c == '=' || c == '~';
    relation.fuzzy |= c == '~';
  }
  relation.version = text.substr(end);
  if (relation.version.empty()) return std::nullopt;
  return relation;
}

Relation relation_of_word(std::string_view word) {
  auto relation = parse_relation(word);
  return relation ? *relation : Relation{.name = word, .tag = {}, .version = {}};
}

Requirement Relation::requirement() const {
  RelationOp op = RelationOp::any;
  if (!version.empty()) {
    if (less)
      op = equal ? RelationOp::less_equal : RelationOp::less;
    else if (greater)
      op = equal ? RelationOp::greater_equal : RelationOp::greater;
    else
      op = fuzzy ? RelationOp::fuzzy : RelationOp::equal;
  }
  return {std::string(name), op, std::string(version), ""};
}

Relation relation_of(const Requirement& requirement) {
  using enum RelationOp;
  Relation relation{.name = requirement.name, .tag = {}, .version = {}};
  RelationOp op = requirement.op;
  if (op == any) return relation;
  relation.version = requirement.version;
  relation.less = op == less || op == less_equal;
  relation.greater = op == RelationOp::greater || op == greater_equal;
  relation.equal =
      op == RelationOp::equal || op == less_equal || op == greater_equal || op == RelationOp::fuzzy;
  relation.fuzzy = op == RelationOp::fuzzy;
  return relation;
}

bool fits(const Relation& relation, std::string_view provided_version) {
  if (relation.version.empty()) return true;
  if (provided_version.empty()) return false;
  if (relation.fuzzy && matches_fuzzily(provided_version, relation.version)) return true;
  auto order = compare_versions(provided_version, relation.version);
  if (order < 0) return relation.less;
  if (order > 0) return relation.greater;
  return relation.equal;
}

}  // namespace kiln::packages::apk
