// SPDX-License-Identifier: Apache-2.0
//
// Scenario files: what a user types and what must come back, as text. A .case file is
//
//   case    = *( comment | step )
//   comment = "#" text
//   step    = "file" SP path body        a file before the next run
//           | "run" SP words             kiln with these words, in the case's own directory
//           | "exit" SP number           its exit status (default 0)
//           | "stdout" body | "stderr" body       exactly this text; absent means not looked at
//           | "stdout has" SP text | "stderr has" SP text    this text is somewhere in it
//   body    = *( "| " text )             lines with their ends; "|" alone is an empty line
//
// Words are separated by blanks; there is no quoting. The case's directory is shown as $DIR. With
// ACCEPT=1 the texts of exact `stdout` and `stderr` bodies and the exit statuses are written anew
// from what came back.
#pragma once
#include "base/files.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::testing {

struct ScenarioStep {
  enum class Kind { comment, file, run };
  Kind kind = Kind::comment;
  std::string text;  // of a comment; path of a file; words of a run
  std::string body;  // of a file
  int exit = 0;
  std::optional<std::string> output;
  std::optional<std::string> error_output;
  std::vector<std::string> output_has;
  std::vector<std::string> error_output_has;
};

struct Scenario {
  std::vector<ScenarioStep> steps;
};

Result<Scenario> parse_scenario(std::string_view text);
std::string print_scenario(const Scenario& scenario);

}  // namespace kiln::testing
