// SPDX-License-Identifier: Apache-2.0
//
// Interpolation: the names of a definition replaced by their values, as plain text, before any
// shell sees it. Replaced are
//
//   ${NAME}            a key of `vars`
//   ${source.dir} ...  the built-in names below
//   #{ expression }    in `vars`, `environment` and `if` only (expression.hpp)
//   ${NAME:regex}      in `vars` only: the first group of a POSIX extended regular expression
//
// Everything else stays as it is: unknown names, what follows a backslash, $NAME without braces,
// ${NAME:-default}. An undefined name is never an error.
#pragma once
#include "base/result.hpp"
#include "definition/definition.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace kiln::definition {

inline constexpr std::string_view k_source_dir = "/src";
inline constexpr std::string_view k_target_dir = "/target";

class Variables {
 public:
  // The variables of a definition when it is built for `platform` ("linux/amd64"), which the
  // definition need not list.
  Variables(const Definition& definition, std::string_view platform);

  // `text` with every ${...} that has a value replaced. Fails (limit) past 4 MiB.
  Result<std::string> interpolate(std::string_view text) const;

  // The same, and #{ expressions } replaced by their values.
  Result<std::string> interpolate_expressions(std::string_view text) const;

  // The value of an `if` condition, with or without #{}; fails (bad_input) when it has none.
  Result<bool> condition(std::string_view text) const;

 private:
  const std::string* find(std::string_view name) const;
  void define(const TextMap& vars, const TextMapEntry& entry);
  std::string replace_expressions(std::string_view text) const;
  std::string replace_extractions(std::string_view text) const;

  std::map<std::string, std::string, std::less<>> values_;  // names in braces
  std::set<std::string, std::less<>> open_;                 // vars whose values are being made
  bool overflow_ = false;
  bool dev_ = false;
  bool fips_ = false;
};

}  // namespace kiln::definition
