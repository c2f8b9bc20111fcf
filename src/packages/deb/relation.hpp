// SPDX-License-Identifier: Apache-2.0
//
// Fields that relate packages (Debian policy 7.1):
//
//   field       = group *("," group)            ; empty groups are skipped
//   group       = relation *("|" relation)
//   relation    = name [":" qualifier] ["(" operator version ")"] ["[" architectures "]"]
//                 *("<" profiles ">")
//   operator    = "<<" / "<=" / "=" / ">=" / ">>" / "<" / ">"     ; the last two mean <= and >=
//
// An architecture list that does not name the target, or profiles that are not active (none is),
// make a relation disappear.
#pragma once
#include "base/result.hpp"
#include "packages/description.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

// One relation as it stands in the text; nothing is copied.
struct RelationText {
  std::string_view name;
  std::string_view qualifier;  // after the colon
  RelationOp op = RelationOp::any;
  std::string_view version;
  std::string_view architectures;  // between the brackets
  std::string_view profiles;       // from the first '<' to the last '>'
  bool alternative = false;        // follows a '|'
};

// Walks over the relations of a field.
class RelationReader {
 public:
  explicit RelationReader(std::string_view field) : rest_(field) {}

  // The next relation; false at the end. Fails (corrupt) and quotes what it does not understand.
  Result<bool> next(RelationText& relation);

 private:
  Result<> read_name(RelationText& relation);
  Result<> read_version(RelationText& relation);
  Result<std::string_view> read_enclosed(char close);
  void skip_blanks();
  std::string_view rest_;
};

// The groups of a field as they hold for one architecture. Fails (corrupt, limit) on bad syntax.
Result<std::vector<Dependency>> parse_dependencies(std::string_view field, DependencyKind kind,
                                                   std::string_view architecture);

// Whether a version stands in a requirement's relation; its name and qualifier are not looked at.
bool satisfies_version(std::string_view version, const Requirement& requirement);

Result<std::vector<Provided>> parse_provides(std::string_view field);

}  // namespace kiln::packages::deb
