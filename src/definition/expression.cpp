// SPDX-License-Identifier: Apache-2.0
//
// Recursive descent that parses and evaluates at once. A part without a value (an undefined name,
// a type error) evaluates to nothing, which spreads to whatever needs it; a syntax error sets
// `malformed_`.
#include "definition/expression.hpp"

#include "base/strings.hpp"

namespace kiln::definition {

namespace {

constexpr size_t k_longest = 4096;
constexpr int k_deepest = 32;

using Value = std::optional<ExpressionValue>;

std::optional<bool> as_bool(const Value& value) {
  if (!value || !std::holds_alternative<bool>(*value)) return std::nullopt;
  return std::get<bool>(*value);
}

const std::string* as_string(const Value& value) {
  return value ? std::get_if<std::string>(&*value) : nullptr;
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

class Evaluator {
 public:
  Evaluator(std::string_view text, const NameLookup& lookup) : text_(text), lookup_(lookup) {
    if (text.size() > k_longest) malformed_ = true;
  }

  Value whole() {
    Value value = expression();
    skip_blanks();
    if (at_ != text_.size()) malformed_ = true;
    return malformed_ ? std::nullopt : value;
  }
  bool malformed() const { return malformed_; }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool take(std::string_view sign) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(sign)) return false;
    at_ += sign.size();
    return true;
  }

  Value expression() {
    if (malformed_ || ++depth_ > k_deepest) {
      malformed_ = true;
      return std::nullopt;
    }
    Value value = disjunction();
    if (take("?")) {
      Value yes = expression();
      if (!take(":")) malformed_ = true;
      Value no = expression();
      auto chosen = as_bool(value);
      value = !chosen ? std::nullopt : (*chosen ? yes : no);
    }
    --depth_;
    return value;
  }

  Value disjunction() {
    Value left = conjunction();
    while (!malformed_ && take("||")) {
      auto a = as_bool(left);
      auto b = as_bool(conjunction());
      left = a && *a ? Value(true) : (a && b ? Value(*b) : std::nullopt);
    }
    return left;
  }

  Value conjunction() {
    Value left = equality();
    while (!malformed_ && take("&&")) {
      auto a = as_bool(left);
      auto b = as_bool(equality());
      left = a && !*a ? Value(false) : (a && b ? Value(*b) : std::nullopt);
    }
    return left;
  }

  Value equality() {
    Value left = sum();
    bool equal = take("==");
    if (!equal && !take("!=")) return left;
    Value right = sum();
    if (!left || !right) return std::nullopt;
    return Value((*left == *right) == equal);
  }

  Value sum() {
    Value left = unary();
    while (!malformed_ && take("+")) {
      Value right = unary();
      const std::string* a = as_string(left);
      const std::string* b = as_string(right);
      left = a && b ? Value(*a + *b) : std::nullopt;
    }
    return left;
  }

  Value unary() {
    skip_blanks();
    bool negated = at_ < text_.size() && text_[at_] == '!' && !text_.substr(at_).starts_with("!=");
    if (!negated) return primary();
    ++at_;
    auto value = as_bool(primary());
    return value ? Value(!*value) : std::nullopt;
  }

  Value primary() {
    skip_blanks();
    if (take("(")) {
      Value value = expression();
      if (!take(")")) malformed_ = true;
      return value;
    }
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) return string();
    size_t start = at_;
    while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
    std::string_view name = text_.substr(start, at_ - start);
    if (name.empty()) malformed_ = true;
    if (malformed_) return std::nullopt;
    if (name == "true" || name == "false") return Value(name == "true");
    return lookup_(name);
  }

  Value string() {
    char quote = text_[at_++];
    std::string value;
    while (at_ < text_.size() && text_[at_] != quote) {
      char c = text_[at_++];
      if (c == '\\' && at_ < text_.size()) {
        c = text_[at_++];
        if (c == 'n') c = '\n';
        if (c == 't') c = '\t';
      }
      value += c;
    }
    if (at_ == text_.size()) malformed_ = true;
    ++at_;
    return Value(std::move(value));
  }

  std::string_view text_;
  const NameLookup& lookup_;
  size_t at_ = 0;
  int depth_ = 0;
  bool malformed_ = false;
};

}  // namespace

std::optional<ExpressionValue> evaluate(std::string_view text, const NameLookup& lookup) {
  return Evaluator(text, lookup).whole();
}

bool is_well_formed(std::string_view text) {
  NameLookup nothing = [](std::string_view) { return std::nullopt; };
  Evaluator evaluator(text, nothing);
  evaluator.whole();
  return !evaluator.malformed();
}

std::string to_text(const ExpressionValue& value) {
  if (const bool* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  return std::get<std::string>(value);
}

}  // namespace kiln::definition
