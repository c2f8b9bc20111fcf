// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/relation.hpp"

#include "base/strings.hpp"
#include "packages/deb/architecture.hpp"
#include "packages/deb/version.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr size_t k_most_relations = 20000;

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.' || c == '_';
}

std::string_view take_name(std::string_view& text) {
  auto end = std::ranges::find_if_not(text, is_name_character);
  auto length = static_cast<size_t>(end - text.begin());
  std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  return name;
}

std::unexpected<Error> bad_relation(std::string_view at, std::string_view expected) {
  return fail(ErrorCode::corrupt,
              fmt::format("expected {} at \"{}\" in a list of package relations", expected,
                          printable(at, 60)));
}

struct Operator {
  std::string_view text;
  RelationOp op;
};

// Longer ones first: "<=" must not be read as "<".
constexpr std::array k_operators = {
    Operator{"<<", RelationOp::less},          Operator{"<=", RelationOp::less_equal},
    Operator{">=", RelationOp::greater_equal}, Operator{">>", RelationOp::greater},
    Operator{"==", RelationOp::equal},         Operator{"=", RelationOp::equal},
    Operator{"<", RelationOp::less_equal},     Operator{">", RelationOp::greater_equal},
};

// "[amd64 arm64]" names where a relation holds, "[!armel !armhf]" where it does not.
bool holds_for(std::string_view architectures, std::string_view architecture) {
  if (architectures.empty()) return true;
  bool negative = false;
  for (std::string_view pattern : split_words(architectures)) {
    bool excluded = pattern.starts_with('!');
    if (excluded) pattern.remove_prefix(1);
    if (matches_architecture(pattern, architecture)) return !excluded;
    negative = negative || excluded;
  }
  return negative;
}

// "<!nocheck> <cross !stage1>": alternatives of lists that must all hold; no profile is active.
bool holds_without_profiles(std::string_view profiles) {
  if (profiles.empty()) return true;
  while (!profiles.empty()) {
    take_until(profiles, '<');
    auto terms = split_words(take_until(profiles, '>'));
    if (!terms.empty() && std::ranges::all_of(terms, [](auto term) { return term[0] == '!'; }))
      return true;
  }
  return false;
}

}  // namespace

void RelationReader::skip_blanks() {
  while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
}

Result<std::string_view> RelationReader::read_enclosed(char close) {
  size_t end = rest_.find(close);
  if (end == std::string_view::npos)
    return bad_relation(rest_, fmt::format("a closing '{}'", close));
  std::string_view inside = rest_.substr(1, end - 1);
  rest_.remove_prefix(end + 1);
  skip_blanks();
  return inside;
}

Result<> RelationReader::read_name(RelationText& relation) {
  relation.name = take_name(rest_);
  if (relation.name.empty()) return bad_relation(rest_, "a package name");
  if (rest_.starts_with(':')) {
    rest_.remove_prefix(1);
    relation.qualifier = take_name(rest_);
    if (relation.qualifier.empty()) return bad_relation(rest_, "an architecture after ':'");
  }
  skip_blanks();
  return {};
}

Result<> RelationReader::read_version(RelationText& relation) {
  std::string_view at = rest_;
  std::string_view inside = trim(TRY(read_enclosed(')')));
  relation.op = RelationOp::equal;
  for (const Operator& known : k_operators) {
    if (!inside.starts_with(known.text)) continue;
    relation.op = known.op;
    inside.remove_prefix(known.text.size());
    break;
  }
  relation.version = trim(inside);
  if (relation.version.empty() || std::ranges::any_of(relation.version, is_blank) ||
      relation.version.find_first_of("(<>=|,") != std::string_view::npos)
    return bad_relation(at, "a relation and a version");
  return {};
}

Result<bool> RelationReader::next(RelationText& relation) {
  relation = {};
  skip_blanks();
  bool bar = false;
  while (!rest_.empty() && (rest_.front() == ',' || rest_.front() == '|')) {
    if (bar) return bad_relation(rest_, "a package name after '|'");
    bar = rest_.front() == '|';
    rest_.remove_prefix(1);
    skip_blanks();
  }
  if (rest_.empty()) {
    if (bar) return bad_relation(rest_, "a package name after '|'");
    return false;
  }
  relation.alternative = bar;
  TRY(read_name(relation));
  if (rest_.starts_with('(')) TRY(read_version(relation));
  if (rest_.starts_with('[')) relation.architectures = TRY(read_enclosed(']'));
  const char* profiles = rest_.data();
  while (rest_.starts_with('<')) TRY(read_enclosed('>'));
  relation.profiles = {profiles, static_cast<size_t>(rest_.data() - profiles)};
  if (!rest_.empty() && rest_.front() != ',' && rest_.front() != '|')
    return bad_relation(rest_, "',' or '|'");
  return true;
}

Result<std::vector<Dependency>> parse_dependencies(std::string_view field, DependencyKind kind,
                                                   std::string_view architecture) {
  std::vector<Dependency> groups;
  RelationReader reader(field);
  RelationText relation;
  size_t count = 0;
  while (TRY(reader.next(relation))) {
    if (++count > k_most_relations)
      return fail(ErrorCode::limit,
                  fmt::format("more than {} package relations in one field", k_most_relations));
    if (!relation.alternative) groups.push_back({kind, {}});
    if (groups.empty()) return bad_relation(relation.name, "a package name before '|'");
    if (!holds_for(relation.architectures, architecture)) continue;
    if (!holds_without_profiles(relation.profiles)) continue;
    groups.back().alternatives.push_back({std::string(relation.name), relation.op,
                                          std::string(relation.version),
                                          std::string(relation.qualifier)});
  }
  std::erase_if(groups, [](const Dependency& group) { return group.alternatives.empty(); });
  return groups;
}

bool satisfies_version(std::string_view version, const Requirement& requirement) {
  if (requirement.op == RelationOp::any) return true;
  auto order = compare_versions(version, requirement.version);
  switch (requirement.op) {
    case RelationOp::less:
      return order < 0;
    case RelationOp::less_equal:
      return order <= 0;
    case RelationOp::equal:
      return order == 0;
    case RelationOp::greater_equal:
      return order >= 0;
    case RelationOp::greater:
      return order > 0;
    case RelationOp::any:
    case RelationOp::fuzzy:
      break;
  }
  return false;
}

Result<std::vector<Provided>> parse_provides(std::string_view field) {
  std::vector<Provided> names;
  RelationReader reader(field);
  RelationText relation;
  while (TRY(reader.next(relation))) {
    if (relation.alternative) return bad_relation(relation.name, "no alternatives in Provides");
    if (names.size() >= k_most_relations)
      return fail(ErrorCode::limit, fmt::format("more than {} provided names", k_most_relations));
    bool exact = relation.op == RelationOp::equal;
    names.push_back({std::string(relation.name), std::string(exact ? relation.version : "")});
  }
  return names;
}

}  // namespace kiln::packages::deb
