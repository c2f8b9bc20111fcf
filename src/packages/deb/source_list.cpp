// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/source_list.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr std::string_view k_form =
    "the form is: deb [signed-by=/usr/share/keyrings/name.gpg] https://host/path suite component";

std::unexpected<Error> bad_line(std::string message, std::string hint = std::string(k_form)) {
  return fail(ErrorCode::bad_input, std::move(message), std::move(hint));
}

// Options that have no meaning for reading a package index; accepted and ignored.
constexpr std::array<std::string_view, 5> k_ignored = {"lang", "target", "pdiffs", "by-hash",
                                                       "languages"};
// Options that give up some of the verification when they are "yes".
constexpr std::array<std::string_view, 4> k_dangerous = {"trusted", "allow-insecure", "allow-weak",
                                                         "allow-downgrade-to-insecure"};

Result<bool> read_switch(std::string_view name, std::string_view value) {
  for (std::string_view yes : {"yes", "true", "1", "on"})
    if (value == yes) return true;
  for (std::string_view no : {"no", "false", "0", "off"})
    if (value == no) return false;
  return bad_line(fmt::format("option {} of a repository must be yes or no, not \"{}\"", name,
                              printable(value)));
}

// "a,b" replaces the list, "+=" adds to it, "-=" takes away.
void set_list(std::vector<std::string>& list, char mode, std::string_view value) {
  if (mode == '=') list.clear();
  for (std::string_view item : split(value, ',')) {
    if (item.empty()) continue;
    if (mode == '-')
      std::erase(list, item);
    else
      list.emplace_back(item);
  }
}

Result<> set_option(SourceLine& line, std::string_view option) {
  size_t equal = option.find('=');
  if (equal == std::string_view::npos || equal == 0)
    return bad_line(
        fmt::format("\"{}\" is no option of a repository: expected name=value", printable(option)));
  std::string_view name = option.substr(0, equal);
  std::string_view value = option.substr(equal + 1);
  char mode = '=';
  if (name.ends_with('+') || name.ends_with('-')) {
    mode = name.back();
    name.remove_suffix(1);
  }
  if (name == "arch") {
    set_list(line.architectures, mode, value);
  } else if (name == "signed-by") {
    set_list(line.signed_by, mode, value);
  } else if (name == "check-valid-until") {
    line.check_valid_until = TRY(read_switch(name, value));
  } else if (std::ranges::find(k_dangerous, name) != k_dangerous.end()) {
    if (TRY(read_switch(name, value)))
      return bad_line(fmt::format("a repository with {}=yes is not used", name),
                      "nothing unverified is ever used: give the repository's key with signed-by");
  } else if (std::ranges::find(k_ignored, name) == k_ignored.end()) {
    return bad_line(fmt::format("\"{}\" is no known option of a repository", printable(name)),
                    "known options are signed-by, arch and check-valid-until");
  }
  return {};
}

// Cuts the next word off, which may stand in double quotes.
Result<std::string_view> take_word(std::string_view& rest) {
  rest = trim(rest);
  if (rest.starts_with('"')) {
    size_t end = rest.find('"', 1);
    if (end == std::string_view::npos) return bad_line("a quotation mark is never closed");
    std::string_view word = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
    return word;
  }
  size_t end = std::min(rest.find_first_of(" \t"), rest.size());
  std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

Result<> read_options(SourceLine& line, std::string_view& rest) {
  rest = trim(rest);
  if (!rest.starts_with('[')) return {};
  size_t end = rest.find(']');
  if (end == std::string_view::npos) return bad_line("the \"[\" of the options is never closed");
  std::string_view options = rest.substr(1, end - 1);
  rest.remove_prefix(end + 1);
  while (!trim(options).empty()) {
    std::string_view option = TRY(take_word(options));
    TRY(set_option(line, option));
  }
  return {};
}

Result<> check_uri(std::string_view uri) {
  for (std::string_view scheme : {"https://", "http://", "file:/"})
    if (uri.starts_with(scheme) && uri.size() > scheme.size()) return {};
  return bad_line(fmt::format("\"{}\" is no URL that archives are read from", printable(uri)),
                  "use an https, http or file URL");
}

Result<> check_suite(const SourceLine& line) {
  if (line.suite.empty()) return bad_line("a repository lacks its suite");
  if (("/" + line.suite + "/").find("/../") != std::string::npos)
    return bad_line(fmt::format("the suite \"{}\" leaves the archive", printable(line.suite)));
  if (line.suite.ends_with('/')) {
    if (line.components.empty()) return {};
    return bad_line(fmt::format("the suite \"{}\" ends with \"/\" and so has no components",
                                printable(line.suite)));
  }
  if (line.components.empty())
    return bad_line(
        fmt::format("the repository of suite {} names no component", printable(line.suite)),
        "add one, such as main; a flat archive's suite ends with \"/\"");
  for (const std::string& component : line.components)
    if (("/" + component + "/").find("/../") != std::string::npos)
      return bad_line(fmt::format("the component \"{}\" leaves the archive", printable(component)));
  return {};
}

// apt also takes "file:/srv/mirror", RFC 8089's short form.
void complete_file_url(std::string& uri) {
  constexpr std::string_view k_scheme = "file:";
  if (uri.starts_with("file:/") && !uri.starts_with("file://")) uri.insert(k_scheme.size(), "//");
}

void substitute_architecture(std::string& text, std::string_view architecture) {
  constexpr std::string_view k_variable = "$(ARCH)";
  for (size_t place = text.find(k_variable); place != std::string::npos;
       place = text.find(k_variable, place))
    text.replace(place, k_variable.size(), architecture);
}

}  // namespace

Result<SourceLine> parse_source_line(std::string_view text, std::string_view architecture) {
  if (trim(text).find('\n') != std::string_view::npos) return bad_line("a repository is one line");
  std::string_view rest = trim(take_until(text, '#'));
  SourceLine line;
  std::string_view type = TRY(take_word(rest));
  if (type == "deb-src")
    return bad_line("a deb-src line names source packages, which images are not made of",
                    "write deb instead of deb-src");
  if (type != "deb")
    return bad_line(fmt::format("a repository begins with \"deb\", not \"{}\"", printable(type)));
  TRY(read_options(line, rest));
  line.uri = TRY(take_word(rest));
  TRY(check_uri(line.uri));
  complete_file_url(line.uri);
  line.suite = TRY(take_word(rest));
  while (!trim(rest).empty()) line.components.emplace_back(TRY(take_word(rest)));
  substitute_architecture(line.suite, architecture);
  TRY(check_suite(line));
  return line;
}

}  // namespace kiln::packages::deb
