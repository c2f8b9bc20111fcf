// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/help.hpp"

namespace kiln::cli {

namespace {

Result<int> run(Session& session, const Arguments& arguments) {
  std::vector<const CommandSpec*> list;
  for (const Command* command : commands()) list.push_back(&command->spec);
  const std::string& what = arguments.positionals()[0];
  std::string text = what == "man" ? manual_page(list) : completion(list, what);
  session.give(text, Json::object({{"schema", "kiln.completion/1"}, {"text", text}}));
  return k_exit_ok;
}

}  // namespace

const Command k_completion = {
    .spec = {.name = "completion",
             .summary = "print a shell completion script or the manual page",
             .description = "Prints a script that completes commands and options in bash, zsh or "
                            "fish, or the manual page kiln(1).",
             .positionals = {{.name = "SHELL", .choices = {"bash", "zsh", "fish", "man"}}},
             .examples = {{"kiln completion bash > /etc/bash_completion.d/kiln",
                           "complete kiln in every new bash"},
                          {"kiln completion man | man -l -", "read the manual page"}}},
    .run = run};

}  // namespace kiln::cli
