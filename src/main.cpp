// SPDX-License-Identifier: Apache-2.0
//
// The process: finds the command, gives it a session, prints its error, and ends with its status.
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "cli/help.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>

#include <fmt/format.h>
#include <unistd.h>

namespace kiln::cli {

namespace {

std::atomic<bool> g_stop = false;

// The first Ctrl-C asks the run to end and clean up; a second one ends it at once.
extern "C" void on_signal(int signal_number) {
  if (g_stop.exchange(true)) {
    ::signal(signal_number, SIG_DFL);
    ::raise(signal_number);
  }
}

Environment environment_of_process() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    std::string_view text = *entry;
    std::string_view name = take_until(text, '=');
    environment.emplace(name, text);
  }
  return environment;
}

std::vector<const CommandSpec*> specs() {
  std::vector<const CommandSpec*> list;
  for (const Command* command : commands()) list.push_back(&command->spec);
  return list;
}

void complain(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void print_error(const Error& error, std::string_view command, bool json,
                 const Diagnostics& diagnostics) {
  if (json) {
    Json document = Json::object({{"schema", "kiln.error/1"},
                                  {"command", command},
                                  {"code", str(error.code)},
                                  {"message", error.message},
                                  {"context", Json::array_of(error.context)},
                                  {"hint", error.hint},
                                  {"diagnostics", diagnostics_json(diagnostics)}});
    // Where it cannot be written, as when that is the error, people are told at least.
    if (print_out(pretty(document))) return;
  }
  // Mistakes in a definition or configuration have been shown one by one; the summary would repeat
  // the first. Another error is not among them.
  bool shown = std::ranges::any_of(diagnostics.list(), [&](const Diagnostic& one) {
    return one.severity == Severity::error && error.code == ErrorCode::bad_input &&
           error.message.contains(one.message);
  });
  std::string what = shown ? counted(diagnostics.error_count(), "error") : error.str();
  std::string text = fmt::format("kiln{}{}: {}\n", command.empty() ? "" : " ", command, what);
  if (!error.hint.empty()) text += fmt::format("  {}\n", error.hint);
  complain(text);
}

bool wants_json(std::span<const std::string> words) {
  return std::ranges::find(words, "--json") != words.end();
}

// Prints what was asked for; the status for it.
int say(const std::string& text) {
  Result<> printed = print_out(text);
  if (printed) return k_exit_ok;
  complain(fmt::format("kiln: {}\n", printed.error().str()));
  return exit_status(printed.error());
}

int run_command(const Command& command, std::span<const std::string> words) {
  bool json = wants_json(words);
  Diagnostics mistakes;
  Result<Arguments> arguments = Arguments::parse(command.spec, words);
  if (!arguments) {
    print_error(arguments.error(), command.spec.name, json, mistakes);
    return k_exit_bad_input;
  }
  if (arguments->wants_help()) {
    return say(help_page(command.spec));
  }
  Result<std::unique_ptr<Session>> session =
      Session::create(*arguments, environment_of_process(), g_stop, mistakes);
  if (!session) {
    print_error(session.error(), command.spec.name, json, mistakes);
    return exit_status(session.error());
  }
  Result<int> status = command.run(**session, *arguments);
  if (status && !(*session)->answered()) status = std::unexpected((*session)->answered().error());
  if (!status) {
    print_error(status.error(), command.spec.name, json, (*session)->diagnostics());
    return exit_status(status.error());
  }
  return *status;
}

int unknown_command(std::string_view word, bool json) {
  std::vector<std::string> names;
  for (const Command* command : commands()) names.emplace_back(command->spec.name);
  std::optional<std::string> near = nearest(word, names);
  std::string hint =
      near ? fmt::format("did you mean `kiln {}`?", *near) : "`kiln --help` lists the commands";
  if (word.starts_with('-')) hint = "options stand behind the command: kiln COMMAND [OPTION]...";
  Error error{ErrorCode::bad_input,
              fmt::format("there is no command \"{}\"", printable(word)),
              {},
              std::move(hint)};
  print_error(error, "", json, {});
  return k_exit_bad_input;
}

int run(std::span<const std::string> words) {
  if (words.empty()) {
    complain(overview(specs()));
    return k_exit_bad_input;
  }
  const std::string& word = words[0];
  if (word == "--help" || word == "-h" || word == "help") {
    if (words.size() == 2 && word == "help") {
      for (const Command* command : commands())
        if (command->spec.name == words[1]) return say(help_page(command->spec));
      return unknown_command(words[1], false);
    }
    return say(overview(specs()));
  }
  if (word == "--version" || word == "version") {
    return say("kiln " KILN_VERSION "\n");
  }
  for (const Command* command : commands())
    if (command->spec.name == word) return run_command(*command, words.subspan(1));
  return unknown_command(word, wants_json(words));
}

}  // namespace

}  // namespace kiln::cli

int main(int count, char** arguments) {
  struct sigaction action = {};
  action.sa_handler = kiln::cli::on_signal;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  try {
    std::vector<std::string> words(arguments + 1, arguments + count);
    return kiln::cli::run(words);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "kiln: internal error: %s\n", problem.what());
    return 70;
  }
}
