// SPDX-License-Identifier: Apache-2.0
//
// The order of all checks, and those of what a definition is called and how its image runs.
#include "definition/checks.hpp"

#include "base/strings.hpp"
#include "base/time.hpp"
#include "definition/expression.hpp"
#include "definition/ports.hpp"
#include "definition/target.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

constexpr size_t k_most_vars = 2000;

bool has_variable(std::string_view text) {
  return text.contains("${") || text.contains("#{");
}

bool is_word(std::string_view text, std::string_view more) {
  return std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.contains(c);
  });
}

// OCI distribution spec: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}
bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= 128 && text.front() != '.' && text.front() != '-' &&
         is_word(text, "._-");
}

bool is_repository(std::string_view text) {
  return !text.empty() && text.size() <= 255 && is_word(text, "._-/:") && text == to_lower(text) &&
         !text.contains("//") && text.back() != '/' && text.front() != '/' &&
         (!text.contains(':') || text.rfind(':') < text.find('/'));
}

void check_tags(const Definition& definition, SchemaReader& report) {
  std::map<std::string_view, Position> seen;
  for (const Text& tag : definition.tags) {
    if (!has_variable(tag.value) && !is_tag(tag.value))
      report.error("bad-tag", tag.where,
                   fmt::format("\"{}\" cannot be a tag", printable(tag.value)),
                   "a tag has at most 128 letters, digits, \".\", \"_\" and \"-\", and begins with "
                   "a letter, a digit or \"_\"");
    auto [first, added] = seen.emplace(tag.value, tag.where);
    if (!added)
      report.warning("duplicate", tag.where,
                     fmt::format("the tag \"{}\" is listed twice", tag.value),
                     fmt::format("it stands first in line {}", first->second.line));
  }
}

void check_date(const Text& date, std::string_view key, SchemaReader& report) {
  bool has_form = date.value.size() == 10 && parse_rfc3339(date.value).has_value();
  if (!date.given() || has_form) return;
  report.error("bad-date", date.where,
               fmt::format("\"{}\" must be a date, not \"{}\"", key, printable(date.value)),
               "write it as YYYY-MM-DD");
}

void check_vars(const TextMap& vars, SchemaReader& report) {
  if (vars.size() > k_most_vars) {
    report.error("limit", vars.front().key.where,
                 fmt::format("{} vars are more than the {} allowed", vars.size(), k_most_vars));
    return;
  }
  for (const auto& [key, value] : vars) {
    if (!is_word(key.value, "_") || key.value.empty() ||
        (key.value[0] >= '0' && key.value[0] <= '9'))
      report.warning("var-name", key.where,
                     fmt::format("\"{}\" can never be used as ${{{}}}", printable(key.value),
                                 printable(key.value)),
                     "name vars with letters, digits and \"_\"");
    std::string_view text = trim(value.value);
    if (text.starts_with("#{") && text.ends_with('}') &&
        !is_well_formed(text.substr(2, text.size() - 3)))
      report.warning("expression", value.where, "this expression cannot be read and stays as it is",
                     "for example: #{ target.arch == \"amd64\" ? \"x86_64\" : \"aarch64\" }");
  }
}

void check_platforms(const Definition& definition, SchemaReader& report) {
  std::vector<Platform> seen;
  for (const Located<Platform>& platform : definition.platforms) {
    if (!platform.given()) continue;  // told when it was read
    if (std::ranges::find(seen, platform.value) != seen.end())
      report.warning("duplicate", platform.where,
                     fmt::format("{} is listed twice", enum_name(platform.value)));
    seen.push_back(platform.value);
  }
}

void check_os_release(const Definition& definition, SchemaReader& report) {
  const OsReleaseBlock& os = definition.os_release;
  if (os.where.line == 0) {
    report.error("missing-key", {1, 1, 0, 0}, "\"os-release\" is missing",
                 "it says what the image is built from: id: debian, version-id: \"13\"; or "
                 "id: alpine, version-id: \"3.24\"");
    return;
  }
  const Text* texts[] = {
      &os.name,        &os.id,       &os.id_like,       &os.version_id, &os.version_codename,
      &os.pretty_name, &os.home_url, &os.bug_report_url};
  for (const Text* text : texts)
    if (text->value.find_first_of(std::string_view("\n\r\0", 3)) != std::string::npos)
      report.error("bad-value", text->where, "a value of os-release must be one line");
  if (os.id_like.given() &&
      (os.id_like.value.empty() || os.id_like.value != to_lower(os.id_like.value) ||
       !is_word(os.id_like.value, "._- ")))
    report.error("bad-value", os.id_like.where,
                 "\"id-like\" must be words of lower-case letters, digits, \".\", \"_\" and \"-\"");
  if (auto target = find_target(definition); !target)
    report.error("target", target.error().where, target.error().message, target.error().advice);
}

void check_stop_signal(const Text& signal, SchemaReader& report) {
  if (!signal.given() || has_variable(signal.value)) return;
  static const std::vector<std::string> k_signals{
      "SIGHUP",  "SIGINT",  "SIGQUIT", "SIGABRT", "SIGKILL", "SIGUSR1",  "SIGUSR2",
      "SIGALRM", "SIGTERM", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGWINCH", "SIGPWR"};
  std::string_view name = signal.value;
  auto number = parse_decimal(name);
  if (number && *number >= 1 && *number <= 64) return;
  if (name.starts_with("SIGRTMIN") || name.starts_with("SIGRTMAX")) {
    std::string_view offset = name.substr(8);
    if (offset.empty() ||
        ((offset[0] == '+' || offset[0] == '-') && parse_decimal(offset.substr(1))))
      return;
  }
  if (std::ranges::find(k_signals, name) != k_signals.end()) return;
  auto near_miss = nearest(name, k_signals);
  report.error("bad-signal", signal.where, fmt::format("unknown signal \"{}\"", printable(name)),
               near_miss ? fmt::format("did you mean {}?", *near_miss)
                         : "write a name such as SIGTERM, or a number from 1 to 64");
}

void check_names(const TextMap& map, std::string_view what, std::string_view forbidden,
                 SchemaReader& report) {
  for (const TextMapEntry& entry : map)
    if (entry.key.value.empty() || entry.key.value.find_first_of(forbidden) != std::string::npos)
      report.error(
          "bad-name", entry.key.where,
          fmt::format("\"{}\" cannot be the name of {}", printable(entry.key.value), what));
}

void check_command(const Texts& command, std::string_view key, SchemaReader& report) {
  for (const Text& word : command)
    if (word.value.contains('\0'))
      report.error("bad-value", word.where, fmt::format("\"{}\" holds a NUL character", key));
}

}  // namespace

void check_identity(const Definition& definition, SchemaReader& report) {
  const Text& image = definition.image;
  if (image.given() && !has_variable(image.value) && !is_repository(image.value))
    report.error("bad-image", image.where,
                 fmt::format("\"{}\" cannot be a repository", printable(image.value)),
                 "write it without tag and digest: example.org/curl");
  if (definition.kind != Kind::package && !definition.name.given())
    report.warning("missing-key", {1, 1, 0, 0}, "\"name\" is missing",
                   "it is the title for people");
  check_tags(definition, report);
  check_platforms(definition, report);
  check_date(definition.dates.release, "release", report);
  check_date(definition.dates.end_of_life, "end-of-life", report);
  check_date(definition.dates.end_of_support, "end-of-support", report);
  check_vars(definition.vars, report);
  if (definition.kind != Kind::chart) check_os_release(definition, report);
}

void check_runtime(const Definition& definition, SchemaReader& report) {
  check_names(definition.environment, "an environment variable", std::string_view("=\0", 2),
              report);
  check_names(definition.annotations, "an annotation", std::string_view("\0", 1), report);
  check_names(definition.labels, "a label", std::string_view("\0", 1), report);
  for (const Text& word : definition.entrypoint)
    if (word.value.empty())
      report.error("empty-element", word.where, "an element of \"entrypoint\" is empty",
                   "leave it out");
  if (definition.entrypoint.empty() && !definition.cmd.empty() && definition.cmd[0].value.empty())
    report.error("empty-element", definition.cmd[0].where, "the program in \"cmd\" is empty");
  check_command(definition.entrypoint, "entrypoint", report);
  check_command(definition.cmd, "cmd", report);
  for (const Text& port : definition.ports) {
    if (has_variable(port.value)) continue;
    if (auto ports = parse_ports(port.value); !ports)
      report.error("bad-port", port.where, ports.error().message, ports.error().hint);
  }
  for (const Text& volume : definition.volumes)
    check_path(volume, "volumes", Relative::refused, report);
  if (definition.work_dir.given())
    check_path(definition.work_dir, "work-dir", Relative::refused, report);
  check_stop_signal(definition.stop_signal, report);
}

void check(const Definition& definition, SchemaReader& report) {
  check_identity(definition, report);
  check_accounts(definition.accounts, report);
  check_contents(definition.contents, report);
  check_builds(definition.contents.builds, report);
  check_paths(definition.paths, Relative::refused, report);
  check_runtime(definition, report);
  check_track(definition.track, report);
  for (const TestBlock& test : definition.tests)
    if (test.timeout.value < 0)
      report.error("bad-value", test.timeout.where, "\"timeout\" must not be negative");
}

}  // namespace kiln::definition
