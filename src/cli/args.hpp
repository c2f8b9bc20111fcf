// SPDX-License-Identifier: Apache-2.0
//
// The command line as data. Each command states once what it takes (CommandSpec); parsing, help,
// shell completion and the manual page are all made from that table.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::cli {

struct Option {
  std::string_view name;   // "--platform"
  std::string_view value;  // "linux/ARCH"; empty for a switch
  std::string_view help;
  char letter = 0;  // 'o' of -o
  bool repeatable = false;
  std::vector<std::string_view> choices;  // the only values accepted, if any
};

struct Positional {
  std::string_view name;  // "DEFINITION"
  bool required = true;
  bool repeatable = false;
  std::vector<std::string_view> choices;  // "where", "size": for a command with actions
};

// What a command does, where its first word says which of several things that is.
struct Action {
  std::string_view name;
  size_t most_words = 0;                  // that may follow it
  std::vector<std::string_view> options;  // of the command's own, those that mean something to it
};
inline constexpr size_t k_any_number = SIZE_MAX;

struct Example {
  std::string_view command;
  std::string_view what;
};

struct ExitStatus {
  int code;
  std::string_view meaning;
};

struct CommandSpec {
  std::string_view name;
  std::string_view summary;      // one line
  std::string_view description;  // paragraphs
  std::vector<Positional> positionals;
  std::vector<Option> options;
  std::vector<Example> examples;
  std::vector<ExitStatus> exits;  // beyond 0 and those that all commands share
  std::vector<Action> actions;    // one for each choice of the first word; none: all is taken
};

// Options that every command has: --help, --json, --store, --config, --threads, --quiet, ...
std::span<const Option> common_options();
std::span<const ExitStatus> common_exits();

// A command's own options, and after them those of every command that makes plans: --pins,
// --rewrite, --keyring, --compression. Configuration reads them.
std::vector<Option> with_planning_options(std::vector<Option> own);

// What the user wrote, checked against a spec.
class Arguments {
 public:
  // Fails (bad_input) with a near miss for an unknown option, for missing or surplus words, and for
  // an option that the action does not take.
  static Result<Arguments> parse(const CommandSpec& spec, std::span<const std::string> words);

  bool has(std::string_view option) const;
  std::optional<std::string> value(std::string_view option) const;  // the last one given
  std::vector<std::string> values(std::string_view option) const;
  const std::vector<std::string>& positionals() const { return positionals_; }
  bool wants_help() const { return has("--help"); }

 private:
  Result<> check_action(const CommandSpec& spec) const;
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
  std::vector<std::string> positionals_;
};

// Fails (bad_input) when one of the planning options is there: a lock has settled what they say.
Result<> refuse_planning_options(const Arguments& arguments);

// "Usage: kiln build [OPTION]... DEFINITION..."
std::string usage_line(const CommandSpec& spec);

}  // namespace kiln::cli
