// SPDX-License-Identifier: Apache-2.0
//
// Licence expressions as trees: read in the notation of Debian copyright files, written in that of
// SPDX (SPDX 2.3, Annex D).
//
//   synopsis = part *("," ["and" / "or"] part)       ; DEP-5: a comma binds looser than the words
//   part     = both *("or" both)
//   both     = one *("and" one)
//   one      = "(" synopsis ")" / name               ; a name is all words up to the next operator
//
// "A or B, and C" is therefore (A or B) and C; a comma without a word means "and".
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sbom {

struct Expression {
  enum class Kind { licence, all_of, any_of };
  Kind kind = Kind::licence;
  std::string licence;            // of Kind::licence; empty: nothing is known
  std::vector<Expression> parts;  // of the others; at least two

  bool operator==(const Expression&) const = default;
};

Expression licence(std::string id);
// Nested ones of the same kind are taken apart and repetitions dropped; one part alone is itself.
Expression all_of(std::vector<Expression> parts);
Expression any_of(std::vector<Expression> parts);

// "A AND (B OR C)"; empty when any licence of it is unknown.
std::string str(const Expression& expression);

// The same expression with every licence replaced.
Expression replace(const Expression& expression,
                   const std::function<Expression(const std::string&)>& by);

// A synopsis in Debian's notation; its licences are the names as written, blanks joined. Whatever
// the text, the outcome is some expression: what does not follow the grammar becomes a name, and of
// a text above 64 KiB or nested more than 20 deep nothing is known.
Expression parse_synopsis(std::string_view text);

}  // namespace kiln::sbom
