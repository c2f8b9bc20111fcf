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

void print(std::FILE* to, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to);
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
    print(stdout, pretty(document));
    return;
  }
  // Mistakes in a definition have been shown one by one; the summary would repeat the first.
  bool shown = error.code == ErrorCode::bad_input && diagnostics.has_errors();
  std::string what = shown ? counted(diagnostics.error_count(), "error") : error.str();
  std::string text = fmt::format("kiln {}: {}\n", command, what);
  if (!error.hint.empty()) text += fmt::format("  {}\n", error.hint);
  print(stderr, text);
}

int run_command(const Command& command, std::span<const std::string> words) {
  bool json = std::find(words.begin(), words.end(), "--json") != words.end();
  Diagnostics none;
  Result<Arguments> arguments = Arguments::parse(command.spec, words);
  if (!arguments) {
    print_error(arguments.error(), command.spec.name, json, none);
    return k_exit_bad_input;
  }
  if (arguments->wants_help()) {
    print(stdout, help_page(command.spec));
    return k_exit_ok;
  }
  Result<std::unique_ptr<Session>> session =
      Session::create(*arguments, environment_of_process(), g_stop);
  if (!session) {
    print_error(session.error(), command.spec.name, json, none);
    return exit_status(session.error());
  }
  Result<int> status = command.run(**session, *arguments);
  if (!status) {
    print_error(status.error(), command.spec.name, json, (*session)->diagnostics());
    return exit_status(status.error());
  }
  return *status;
}

int unknown_command(std::string_view word) {
  std::vector<std::string> names;
  for (const Command* command : commands()) names.emplace_back(command->spec.name);
  std::optional<std::string> near = nearest(word, names);
  print(stderr, fmt::format("kiln: there is no command \"{}\"\n  {}\n", printable(word),
                            near ? fmt::format("did you mean `kiln {}`?", *near)
                                 : "`kiln --help` lists the commands"));
  return k_exit_bad_input;
}

int run(std::span<const std::string> words) {
  if (words.empty()) {
    print(stderr, overview(specs()));
    return k_exit_bad_input;
  }
  const std::string& word = words[0];
  if (word == "--help" || word == "-h" || word == "help") {
    if (words.size() == 2 && word == "help") {
      for (const Command* command : commands())
        if (command->spec.name == words[1]) {
          print(stdout, help_page(command->spec));
          return k_exit_ok;
        }
      return unknown_command(words[1]);
    }
    print(stdout, overview(specs()));
    return k_exit_ok;
  }
  if (word == "--version" || word == "version") {
    print(stdout, "kiln " KILN_VERSION "\n");
    return k_exit_ok;
  }
  for (const Command* command : commands())
    if (command->spec.name == word) return run_command(*command, words.subspan(1));
  return unknown_command(word);
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
