// SPDX-License-Identifier: Apache-2.0
#include "cli/args.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::cli {

namespace {

const std::vector<Option> k_common = {
    {"--help", "", "show this help and stop", 'h'},
    {"--json", "", "print one JSON document instead of text"},
    {"--store", "DIR", "keep fetched and made things in DIR"},
    {"--config", "FILE", "read this configuration file instead of the user's"},
    {"--threads", "N", "use N threads (default: the cores this process may use)", 'j'},
    {"--offline", "", "use what the store has, never the network"},
    {"--quiet", "", "leave out progress, remarks and reports: print errors, and what was asked for",
     'q'},
};

// Of commands that make plans.
const std::vector<Option> k_planning = {
    {.name = "--pins",
     .value = "POLICY",
     .help = "how far a `name=version` may be relaxed",
     .choices = {"exact", "same-version", "same-upstream", "any"}},
    {.name = "--rewrite",
     .value = "FROM=TO",
     .help = "use another repository; an empty TO drops it",
     .repeatable = true},
    {.name = "--keyring",
     .value = "FILE",
     .help = "trust these keys for archives, too",
     .repeatable = true},
    {.name = "--compression",
     .value = "NAME",
     .help = "of layers, where the definition names none",
     .choices = {"gzip", "zstd"}},
};

const std::vector<ExitStatus> k_exits = {
    {0, "success"},
    {2,
     "bad use or bad input: the command line, a definition, a file that is not as it must be, "
     "not there, or not to be used by this user"},
    {3, "something could not be verified: a signature, a digest, an age"},
    {4, "the network, a mirror or the local disk failed"},
    {5, "a package set cannot be resolved"},
    {70, "an internal error of Kiln"},
    {130, "interrupted"},
};

const Option* find_option(const CommandSpec& spec, std::string_view name) {
  auto named = [&](const Option& o) {
    return o.name == name ||
           (name.size() == 2 && name[0] == '-' && o.letter != 0 && o.letter == name[1]);
  };
  auto own = std::find_if(spec.options.begin(), spec.options.end(), named);
  if (own != spec.options.end()) return &*own;
  auto common = std::find_if(k_common.begin(), k_common.end(), named);
  return common == k_common.end() ? nullptr : &*common;
}

std::unexpected<Error> unknown_option(const CommandSpec& spec, std::string_view name) {
  std::vector<std::string> known;
  for (const Option& o : spec.options) known.emplace_back(o.name);
  for (const Option& o : k_common) known.emplace_back(o.name);
  std::optional<std::string> near = nearest(name, known);
  return fail(ErrorCode::bad_input, fmt::format("unknown option {}", printable(name)),
              near ? fmt::format("did you mean {}?", *near)
                   : fmt::format("`kiln {} --help` lists the options", spec.name));
}

Result<> check_choice(std::string_view what, std::string_view value,
                      const std::vector<std::string_view>& choices) {
  if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end())
    return {};
  std::vector<std::string> known(choices.begin(), choices.end());
  std::optional<std::string> near = nearest(value, known);
  std::string hint = fmt::format("it can be {}", fmt::join(choices, ", "));
  if (near) hint = fmt::format("did you mean {}? {}", *near, hint);
  return fail(ErrorCode::bad_input, fmt::format("{} cannot be \"{}\"", what, printable(value)),
              hint);
}

bool takes(const Action& action, std::string_view option) {
  return std::ranges::find(action.options, option) != action.options.end();
}

// "it belongs to generate, import"
std::string actions_with(const CommandSpec& spec, std::string_view option) {
  std::vector<std::string_view> names;
  for (const Action& action : spec.actions)
    if (takes(action, option)) names.push_back(action.name);
  return fmt::format("it belongs to {}", fmt::join(names, ", "));
}

}  // namespace

std::span<const Option> common_options() {
  return k_common;
}
std::span<const ExitStatus> common_exits() {
  return k_exits;
}

std::vector<Option> with_planning_options(std::vector<Option> own) {
  own.insert(own.end(), k_planning.begin(), k_planning.end());
  return own;
}

Result<> refuse_planning_options(const Arguments& arguments) {
  for (const Option& option : k_planning)
    if (arguments.has(option.name))
      return fail(ErrorCode::bad_input,
                  fmt::format("{} has no effect with --lock: the lock has settled it", option.name),
                  "`kiln lock --update` makes the lock anew, with this option");
  return {};
}

Result<Arguments> Arguments::parse(const CommandSpec& spec, std::span<const std::string> words) {
  Arguments arguments;
  bool only_positionals = false;
  for (size_t i = 0; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (only_positionals || word.size() < 2 || word[0] != '-') {
      arguments.positionals_.emplace_back(word);
      continue;
    }
    if (word == "--") {
      only_positionals = true;
      continue;
    }
    size_t equals = word.starts_with("--") ? word.find('=') : std::string_view::npos;
    std::string_view name = word.substr(0, equals);
    const Option* option = find_option(spec, name);
    if (option == nullptr) return unknown_option(spec, name);
    std::vector<std::string>& list = arguments.options_[std::string(option->name)];
    if (option->value.empty()) {
      if (equals != std::string_view::npos)
        return fail(ErrorCode::bad_input, fmt::format("{} takes no value", option->name));
      list.emplace_back();
      continue;
    }
    std::string value;
    if (equals != std::string_view::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < words.size()) {
      value = words[++i];
    } else {
      return fail(ErrorCode::bad_input, fmt::format("{} needs a value", option->name),
                  fmt::format("write {} {}", option->name, option->value));
    }
    if (value.empty())
      return fail(ErrorCode::bad_input,
                  fmt::format("{} needs a value, not an empty one", option->name),
                  "a variable of the shell that is not set leaves nothing");
    if (!list.empty() && !option->repeatable)
      return fail(ErrorCode::bad_input, fmt::format("{} is given twice", option->name));
    TRY(check_choice(option->name, value, option->choices));
    list.push_back(std::move(value));
  }
  if (arguments.wants_help()) return arguments;

  size_t count = arguments.positionals_.size();
  for (size_t i = 0; i < spec.positionals.size(); ++i) {
    const Positional& positional = spec.positionals[i];
    if (positional.required && count <= i)
      return fail(ErrorCode::bad_input, fmt::format("{} is missing", positional.name),
                  usage_line(spec));
    if (count > i)
      TRY(check_choice(positional.name, arguments.positionals_[i], positional.choices));
  }
  if (std::ranges::find(arguments.positionals_, "") != arguments.positionals_.end())
    return fail(ErrorCode::bad_input, "an argument is empty", usage_line(spec));
  bool endless = !spec.positionals.empty() && spec.positionals.back().repeatable;
  if (count > spec.positionals.size() && !endless)
    return fail(ErrorCode::bad_input,
                fmt::format("unexpected argument {}",
                            printable(arguments.positionals_[spec.positionals.size()])),
                usage_line(spec));
  TRY(arguments.check_action(spec));
  return arguments;
}

Result<> Arguments::check_action(const CommandSpec& spec) const {
  if (spec.actions.empty()) return {};
  auto action = std::ranges::find(spec.actions, positionals_[0], &Action::name);
  ASSERT(action != spec.actions.end());
  std::string doing = fmt::format("kiln {} {}", spec.name, action->name);
  if (positionals_.size() - 1 > action->most_words)
    return fail(
        ErrorCode::bad_input,
        fmt::format("unexpected argument {}", printable(positionals_[action->most_words + 1])),
        fmt::format(
            "`{}` takes {}", doing,
            action->most_words == 0 ? "no word behind it" : counted(action->most_words, "word")));
  for (const Option& option : spec.options)
    if (has(option.name) && !takes(*action, option.name))
      return fail(ErrorCode::bad_input, fmt::format("{} means nothing to `{}`", option.name, doing),
                  actions_with(spec, option.name));
  return {};
}

bool Arguments::has(std::string_view option) const {
  return options_.contains(option);
}

std::optional<std::string> Arguments::value(std::string_view option) const {
  auto found = options_.find(option);
  if (found == options_.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
  auto found = options_.find(option);
  return found == options_.end() ? std::vector<std::string>{} : found->second;
}

std::string usage_line(const CommandSpec& spec) {
  std::string line = fmt::format("Usage: kiln {} [OPTION]...", spec.name);
  for (const Positional& p : spec.positionals) {
    std::string word(p.name);
    if (!p.choices.empty()) word = fmt::format("{{{}}}", fmt::join(p.choices, "|"));
    if (p.repeatable) word += "...";
    line += p.required ? fmt::format(" {}", word) : fmt::format(" [{}]", word);
  }
  return line;
}

}  // namespace kiln::cli
