// SPDX-License-Identifier: Apache-2.0
//
// Completion scripts for shells, made from the table of commands: commands, options, the values
// that an option or a word can have, and else files.
#include "base/strings.hpp"
#include "cli/help.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

// A word of bash and zsh that stands for the text itself.
std::string shell_quoted(std::string_view text) {
  return fmt::format("'{}'", fmt::join(split(text, '\''), R"('\'')"));
}

// The same of fish, which has two escapes inside of single quotes.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out + "'";
}

std::vector<const Option*> options_of(const CommandSpec& command) {
  std::vector<const Option*> options;
  for (const Option& o : command.options) options.push_back(&o);
  for (const Option& o : common_options()) options.push_back(&o);
  return options;
}

std::string words_of(const CommandSpec& command) {
  std::string words;
  for (const Option* o : options_of(command)) words += fmt::format("{} ", o->name);
  for (const Positional& p : command.positionals)
    for (std::string_view choice : p.choices) words += fmt::format("{} ", choice);
  return words;
}

// The arms of a `case` over "COMMAND OPTION" for options that take a value. The body of an arm is
// `with_choices` with the choices in place of its {}, or `without`.
std::string value_arms(std::span<const CommandSpec* const> commands, std::string_view with_choices,
                       std::string_view without) {
  std::string arms;
  for (const CommandSpec* c : commands)
    for (const Option* o : options_of(*c)) {
      if (o->value.empty()) continue;
      std::string pattern = shell_quoted(fmt::format("{} {}", c->name, o->name));
      if (o->letter != 0) pattern += "|" + shell_quoted(fmt::format("{} -{}", c->name, o->letter));
      std::string choices = fmt::format("{}", fmt::join(o->choices, " "));
      std::string body = o->choices.empty() ? std::string(without)
                                            : fmt::format(fmt::runtime(with_choices), choices);
      arms += fmt::format("    {}) {} ;;\n", pattern, body);
    }
  return arms;
}

// Readline cuts "--format=oci" into three words.
std::string bash_completion(std::span<const CommandSpec* const> commands) {
  std::string names, cases;
  for (const CommandSpec* c : commands) {
    names += fmt::format("{} ", c->name);
    cases += fmt::format("    {}) words=\"{}\" ;;\n", c->name, words_of(*c));
  }
  return fmt::format(R"(# bash completion for kiln
_kiln() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words="" files=yes before=$((COMP_CWORD - 1))
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "{}" -- "$current")
    return
  fi
  if [ "$current" = "=" ]; then
    current=""
  elif [ "${{COMP_WORDS[before]}}" = "=" ]; then
    before=$((before - 1))
  fi
  case "${{COMP_WORDS[1]}} ${{COMP_WORDS[before]}}" in
{}    *)
      case "${{COMP_WORDS[1]}}" in
{}      esac ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  if [ "$files" = yes ] && [[ "$current" != -* ]]; then
    mapfile -t -O "${{#COMPREPLY[@]}}" COMPREPLY < <(compgen -f -- "$current")
  fi
}}
complete -o filenames -F _kiln kiln
)",
                     names, value_arms(commands, "words=\"{}\" files=no", ":"), cases);
}

std::string zsh_completion(std::span<const CommandSpec* const> commands) {
  std::string names, cases;
  for (const CommandSpec* c : commands) {
    names += fmt::format("    {}\n", shell_quoted(fmt::format("{}:{}", c->name, c->summary)));
    cases += fmt::format("    {}) compadd -- {}; _files ;;\n", c->name, words_of(*c));
  }
  return fmt::format(R"(#compdef kiln
_kiln() {{
  local -a commands
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local before="$words[CURRENT-1]"
  if compset -P '--*='; then before="${{IPREFIX%=}}"; fi
  case "$words[2] $before" in
{}    *)
      case "$words[2]" in
{}      esac ;;
  esac
}}
_kiln "$@"
)",
                     names, value_arms(commands, "compadd -- {}", "_files"), cases);
}

std::string fish_option(const CommandSpec& command, const Option& option) {
  std::string line = fmt::format("complete -c kiln -n '__fish_seen_subcommand_from {}' -l {}",
                                 command.name, option.name.substr(2));
  if (option.letter != 0) line += fmt::format(" -s {}", option.letter);
  if (!option.choices.empty())
    line +=
        fmt::format(" -x -a {}", fish_quoted(fmt::format("{}", fmt::join(option.choices, " "))));
  else if (!option.value.empty())
    line += " -r";
  return line + fmt::format(" -d {}\n", fish_quoted(option.help));
}

std::string fish_completion(std::span<const CommandSpec* const> commands) {
  std::string out = "# fish completion for kiln\n";
  for (const CommandSpec* c : commands) {
    out += fmt::format("complete -c kiln -f -n __fish_use_subcommand -a {} -d {}\n", c->name,
                       fish_quoted(c->summary));
    for (const Positional& p : c->positionals)
      if (!p.choices.empty())
        out += fmt::format("complete -c kiln -n '__fish_seen_subcommand_from {}' -a {}\n", c->name,
                           fish_quoted(fmt::format("{}", fmt::join(p.choices, " "))));
    for (const Option* o : options_of(*c)) out += fish_option(*c, *o);
  }
  return out;
}

}  // namespace

std::string completion(std::span<const CommandSpec* const> commands, std::string_view shell) {
  if (shell == "zsh") return zsh_completion(commands);
  if (shell == "fish") return fish_completion(commands);
  return bash_completion(commands);
}

}  // namespace kiln::cli
