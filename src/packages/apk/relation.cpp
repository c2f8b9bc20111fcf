// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/relation.hpp"

#include "packages/apk/version.hpp"

#include <algorithm>

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_operators = "<>=~";

}  // namespace

std::optional<Relation> parse_relation(std::string_view text) {
  Relation relation;
  if (text.starts_with('!')) {
    relation.conflict = true;
    text.remove_prefix(1);
  }
  size_t end = std::min(text.find_first_of(k_operators), text.size());
  relation.name = text.substr(0, end);
  if (size_t at = relation.name.find('@'); at != std::string_view::npos) {
    relation.tag = relation.name.substr(at + 1);
    relation.name = relation.name.substr(0, at);
    if (relation.tag.empty()) return std::nullopt;
  }
  if (relation.name.empty()) return std::nullopt;
  text.remove_prefix(end);
  if (text.empty()) return relation;
  end = std::min(text.find_first_not_of(k_operators), text.size());
  for (char c : text.substr(0, end)) {
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
  if (relation.version.empty() || provided_version.empty()) return true;
  if (relation.fuzzy && matches_fuzzily(provided_version, relation.version)) return true;
  auto order = compare_versions(provided_version, relation.version);
  if (order < 0) return relation.less;
  if (order > 0) return relation.greater;
  return relation.equal;
}

}  // namespace kiln::packages::apk
