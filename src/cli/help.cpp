// SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include "base/strings.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

constexpr size_t k_width = 88;

// Breaks a paragraph into lines of at most k_width columns, each after `indent` blanks.
std::string wrap(std::string_view text, size_t indent) {
  std::string out;
  for (std::string_view paragraph : split(text, '\n')) {
    std::string line(indent, ' ');
    for (std::string_view word : split_words(paragraph)) {
      if (line.size() > indent && line.size() + 1 + word.size() > k_width) {
        out += line + "\n";
        line.assign(indent, ' ');
      }
      if (line.size() > indent) line += ' ';
      line += word;
    }
    out += line.size() > indent ? line + "\n" : "\n";
  }
  return out;
}

std::string option_head(const Option& o) {
  std::string head =
      o.letter != 0 ? fmt::format("-{}, {}", o.letter, o.name) : fmt::format("    {}", o.name);
  if (!o.value.empty()) head += fmt::format(" {}", o.value);
  return head;
}

std::string option_help(const Option& o) {
  std::string help(o.help);
  if (!o.choices.empty()) help += fmt::format(": {}", fmt::join(o.choices, ", "));
  if (o.repeatable) help += " (repeatable)";
  return help;
}

std::string option_lines(std::span<const Option> options) {
  constexpr size_t k_column = 28;
  std::string out;
  for (const Option& o : options) {
    std::string head = "  " + option_head(o);
    std::string help = wrap(option_help(o), k_column);
    if (head.size() + 2 <= k_column) {
      out += head + help.substr(head.size());
    } else {
      out += head + "\n" + help;
    }
  }
  return out;
}

// Escapes what man(7) would read as a macro or a hyphen.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

std::string manual_options(std::span<const Option> options) {
  std::string out;
  for (const Option& o : options)
    out += fmt::format(".TP\n.B {}\n{}\n", roff(trim(option_head(o))), roff(option_help(o)));
  return out;
}

}  // namespace

std::string overview(std::span<const CommandSpec* const> commands) {
  std::string out =
      "kiln builds hardened container images from declarative definitions.\n\n"
      "Usage: kiln COMMAND [OPTION]... [ARGUMENT]...\n\nCommands:\n";
  for (const CommandSpec* c : commands) out += fmt::format("  {:<12} {}\n", c->name, c->summary);
  out += "\n`kiln COMMAND --help` shows a command's options with examples.\n";
  return out;
}

std::string help_page(const CommandSpec& command) {
  std::string out = usage_line(command) + "\n\n" + wrap(command.description, 0);
  if (!command.options.empty()) out += "\nOptions:\n" + option_lines(command.options);
  out += "\nCommon options:\n" + option_lines(common_options());
  if (!command.examples.empty()) out += "\nExamples:\n";
  for (const Example& e : command.examples)
    out += fmt::format("  {}\n      {}\n", e.command, e.what);
  out += "\nExit status:\n";
  for (const ExitStatus& e : command.exits) out += fmt::format("  {:<4} {}\n", e.code, e.meaning);
  for (const ExitStatus& e : common_exits()) out += fmt::format("  {:<4} {}\n", e.code, e.meaning);
  return out;
}

std::string manual_page(std::span<const CommandSpec* const> commands) {
  std::string out =
      ".TH KILN 1\n.SH NAME\nkiln \\- build hardened container images from declarative "
      "definitions\n"
      ".SH SYNOPSIS\n.B kiln\n.I COMMAND\n[OPTION]... [ARGUMENT]...\n.SH COMMANDS\n";
  for (const CommandSpec* c : commands) {
    out += fmt::format(".SS kiln {}\n{}\n.PP\n{}\n", c->name, roff(usage_line(*c).substr(7)),
                       roff(c->description));
    out += manual_options(c->options);
    for (const Example& e : c->examples)
      out += fmt::format(".PP\n{}:\n.PP\n.RS\n.nf\n{}\n.fi\n.RE\n", roff(e.what), roff(e.command));
    for (const ExitStatus& e : c->exits)
      out += fmt::format(".PP\nExit status {}: {}\n", e.code, roff(e.meaning));
  }
  out += ".SH COMMON OPTIONS\n" + manual_options(common_options()) + ".SH EXIT STATUS\n";
  for (const ExitStatus& e : common_exits())
    out += fmt::format(".TP\n.B {}\n{}\n", e.code, roff(e.meaning));
  return out;
}

}  // namespace kiln::cli
