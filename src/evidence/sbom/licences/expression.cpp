// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/licences/expression.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <utility>

namespace kiln::sbom {

namespace {

using Kind = Expression::Kind;

constexpr size_t k_greatest_depth = 20;
constexpr size_t k_longest_synopsis = 64U << 10;

Expression combine(Kind kind, std::vector<Expression> parts) {
  Expression whole{kind, {}, {}};
  auto add = [&](Expression part) {
    if (std::ranges::find(whole.parts, part) == whole.parts.end())
      whole.parts.push_back(std::move(part));
  };
  for (Expression& part : parts) {
    if (part.kind != kind) {
      add(std::move(part));
      continue;
    }
    for (Expression& inner : part.parts) add(std::move(inner));
  }
  if (whole.parts.empty()) return {};
  return whole.parts.size() == 1 ? std::move(whole.parts.front()) : whole;
}

bool is_known(const Expression& expression) {
  if (expression.kind == Kind::licence) return !expression.licence.empty();
  return std::ranges::all_of(expression.parts, is_known);
}

size_t depth_of(const Expression& expression) {
  size_t deepest = 0;
  for (const Expression& part : expression.parts) deepest = std::max(deepest, 1 + depth_of(part));
  return deepest;
}

void append(std::string& out, const Expression& expression) {
  if (expression.kind == Kind::licence) {
    out += expression.licence;
    return;
  }
  std::string_view word = expression.kind == Kind::all_of ? " AND " : " OR ";
  for (size_t i = 0; i < expression.parts.size(); ++i) {
    const Expression& part = expression.parts[i];
    if (i > 0) out += word;
    bool nested = part.kind != Kind::licence;
    if (nested) out += '(';
    append(out, part);
    if (nested) out += ')';
  }
}

// Words, commas and brackets of a synopsis.
std::vector<std::string> tokens_of(std::string_view text) {
  std::vector<std::string> tokens;
  for (std::string_view word : split_words(text)) {
    for (; word.starts_with('('); word.remove_prefix(1)) tokens.emplace_back("(");
    size_t end = word.find_last_not_of("),;") + 1;
    bool own_bracket = end < word.size() && word[end] == ')' &&
                       word.substr(0, end).find('(') != std::string_view::npos;
    if (own_bracket) ++end;
    if (end > 0) tokens.emplace_back(word.substr(0, end));
    for (char c : word.substr(end)) tokens.emplace_back(c == ')' ? ")" : ",");
  }
  return tokens;
}

class SynopsisParser {
 public:
  explicit SynopsisParser(std::string_view text) : tokens_(tokens_of(text)) {}

  Expression parse() {
    std::vector<Expression> parts = {synopsis(0)};
    while (!done()) {  // a closing bracket that nothing opened
      ++at_;
      parts.push_back(synopsis(0));
    }
    Expression whole = all_of(std::move(parts));
    return too_deep_ || depth_of(whole) > k_greatest_depth ? Expression{} : whole;
  }

 private:
  bool done() const { return at_ == tokens_.size(); }
  bool is(std::string_view word) const { return !done() && to_lower(tokens_[at_]) == word; }
  bool take(std::string_view word) {
    bool there = is(word);
    if (there) ++at_;
    return there;
  }

  Expression synopsis(size_t depth) {
    std::vector<Expression> list = {part(depth)};
    Kind kind = Kind::all_of;
    for (size_t changes = 0; take(",");) {
      Kind next = take("or") ? Kind::any_of : Kind::all_of;
      if (next == Kind::all_of) take("and");
      if (done()) break;
      if (next != kind && list.size() > 1) {
        if (++changes > k_greatest_depth) return give_up();
        Expression left = combine(kind, std::exchange(list, {}));
        list.push_back(std::move(left));
      }
      kind = next;
      list.push_back(part(depth));
    }
    return combine(kind, std::move(list));
  }

  // Nothing is known of what is too deep.
  Expression give_up() {
    too_deep_ = true;
    at_ = tokens_.size();
    return {};
  }

  Expression part(size_t depth) {
    std::vector<Expression> choices = {both(depth)};
    while (take("or")) choices.push_back(both(depth));
    return any_of(std::move(choices));
  }

  Expression both(size_t depth) {
    std::vector<Expression> list = {one(depth)};
    while (take("and")) list.push_back(one(depth));
    return all_of(std::move(list));
  }

  Expression one(size_t depth) {
    if (take("(")) {
      if (depth == k_greatest_depth) return give_up();
      Expression inner = synopsis(depth + 1);
      take(")");
      return inner;
    }
    std::string name;
    while (!done() && !is("and") && !is("or") && !is(",") && !is(")")) {
      if (take("(")) continue;
      if (!name.empty()) name += ' ';
      name += tokens_[at_++];
    }
    return licence(std::move(name));
  }

  std::vector<std::string> tokens_;
  size_t at_ = 0;
  bool too_deep_ = false;
};

}  // namespace

Expression licence(std::string id) {
  return {Kind::licence, std::move(id), {}};
}

Expression all_of(std::vector<Expression> parts) {
  return combine(Kind::all_of, std::move(parts));
}

Expression any_of(std::vector<Expression> parts) {
  return combine(Kind::any_of, std::move(parts));
}

std::string str(const Expression& expression) {
  std::string out;
  if (is_known(expression)) append(out, expression);
  return out;
}

Expression replace(const Expression& expression,
                   const std::function<Expression(const std::string&)>& by) {
  if (expression.kind == Kind::licence)
    return expression.licence.empty() ? expression : by(expression.licence);
  std::vector<Expression> parts;
  for (const Expression& part : expression.parts) parts.push_back(replace(part, by));
  return combine(expression.kind, std::move(parts));
}

Expression parse_synopsis(std::string_view text) {
  if (text.size() > k_longest_synopsis) return {};
  return SynopsisParser(text).parse();
}

}  // namespace kiln::sbom
