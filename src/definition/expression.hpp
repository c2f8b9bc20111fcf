// SPDX-License-Identifier: Apache-2.0
//
// The expressions inside `#{ ... }` and `if:`, a small part of expr-lang:
//
//   expression = or [ "?" expression ":" expression ]
//   or         = and { "||" and }
//   and        = equality { "&&" equality }
//   equality   = sum [ ( "==" | "!=" ) sum ]
//   sum        = unary { "+" unary }
//   unary      = [ "!" ] primary
//   primary    = string | "true" | "false" | name | "(" expression ")"
//   string     = "..." or '...' with \\ \" \' \n \t
//   name       = letters, digits and "_", in parts joined by "."
//
// Strings and booleans are the only types; "+" joins strings. Text of at most 4096 bytes, nested at
// most 32 levels.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace kiln::definition {

using ExpressionValue = std::variant<std::string, bool>;

// The value of a name such as "target.arch"; nothing when it is not defined.
using NameLookup = std::function<std::optional<ExpressionValue>(std::string_view)>;

// The value of an expression; nothing when it is malformed, mixes types or uses a name that is not
// defined. Both branches of "?:" must be well-formed, but only the chosen one must have a value.
std::optional<ExpressionValue> evaluate(std::string_view text, const NameLookup& lookup);

// Whether a text follows the grammar.
bool is_well_formed(std::string_view text);

// The text of a value: booleans are "true" and "false".
std::string to_text(const ExpressionValue& value);

}  // namespace kiln::definition
