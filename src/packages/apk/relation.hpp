// SPDX-License-Identifier: Apache-2.0
//
// What packages say of each other in the fields D:, p: and i: of an index (apk-package(5)):
//
//   relation = ["!"] name [ "@" tag ] [ operator version ]
//   operator = 1*( "<" / ">" / "=" / "~" )
#pragma once
#include "packages/universe.hpp"

#include <optional>
#include <string_view>

namespace kiln::packages::apk {

// Views of the text it was read from.
struct Relation {
  std::string_view name;
  std::string_view tag;      // without "@"; mostly empty
  std::string_view version;  // empty: any
  bool conflict = false;     // "!"
  bool less = false;         // the comparisons that the operator allows
  bool equal = false;
  bool greater = false;
  bool fuzzy = false;  // "~": equal means "begins with"

  // The same for the resolver, which has no word for "<~" and ">~": "<=" and ">=".
  Requirement requirement() const;
};

// Nothing for a text that is no relation.
std::optional<Relation> parse_relation(std::string_view text);

// A requirement as a relation of the same meaning; views of the requirement.
Relation relation_of(const Requirement& requirement);

// The same for a word of an index: one that is no relation becomes one that has the word for its
// name, and so stops whoever needs it.
Relation relation_of_word(std::string_view word);

// Whether a version that is provided fits; "" is that of a name that is provided without one, and
// meets no demand for a version.
bool fits(const Relation& relation, std::string_view provided_version);

}  // namespace kiln::packages::apk
