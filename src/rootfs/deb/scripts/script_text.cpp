// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/scripts/script_text.hpp"

#include "base/strings.hpp"
#include "rootfs/deb/architecture.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace kiln::rootfs::deb {

namespace {

constexpr std::string_view k_begin = "# Automatically added by ";
constexpr std::string_view k_end = "# End automatically added section";
constexpr std::string_view k_shell_characters = ";&|<>$()`";

std::string collapse_blanks(std::string_view line) {
  std::string out;
  for (std::string_view word : split_words(line)) {
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

// Physical lines with continuations joined.
std::vector<std::string> logical_lines(std::string_view script) {
  std::vector<std::string> lines;
  std::string pending;
  bool continued = false;
  for (std::string_view line : split(script, '\n')) {
    bool continues = line.ends_with('\\') && !trim(line).starts_with('#');
    if (continues) line.remove_suffix(1);
    pending += continued ? " " + std::string(line) : std::string(line);
    continued = continues;
    if (continues) continue;
    lines.push_back(collapse_blanks(pending));
    pending.clear();
  }
  if (!pending.empty()) lines.push_back(collapse_blanks(pending));
  return lines;
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  if (from.empty()) return;
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Longer ones stay loops, which nobody has understood.
constexpr size_t k_most_unrolled = 10'000;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_literal(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return is_letter_or_digit(c) || std::string_view("._+/-").find(c) != std::string_view::npos;
  });
}

struct Loop {
  std::string variable;
  std::vector<std::string> words;
  size_t body = 0;  // its first line
  size_t end = 0;   // the line of `done`
};

// The loop that begins at a line, when it is one over literal words.
std::optional<Loop> loop_at(const std::vector<std::string>& lines, size_t at) {
  std::vector<std::string_view> words = split_words(lines[at]);
  if (words.size() < 4 || words[0] != "for" || words[2] != "in") return std::nullopt;
  Loop loop{std::string(words[1]), {}, at + 1, 0};
  if (words.back() == "do") {
    words.pop_back();
  } else if (loop.body < lines.size() && lines[loop.body] == "do") {
    ++loop.body;
  } else {
    return std::nullopt;
  }
  if (words.back() == ";") words.pop_back();
  if (words.back().ends_with(';')) words.back().remove_suffix(1);
  for (std::string_view word : std::span(words).subspan(3)) {
    if (!is_literal(word)) return std::nullopt;
    loop.words.emplace_back(word);
  }
  for (loop.end = loop.body; loop.end < lines.size() && lines[loop.end] != "done"; ++loop.end) {
    const std::string& line = lines[loop.end];
    bool nests = line.starts_with("for ") || line.starts_with("while ") ||
                 line.starts_with("until ") || line.starts_with("done ");
    if (nests || line.find('\'') != std::string::npos) return std::nullopt;
  }
  if (loop.end == lines.size()) return std::nullopt;
  return loop;
}

// A line with $variable and ${variable} replaced.
std::string with_word(const std::string& line, const std::string& variable,
                      const std::string& word) {
  std::string out = line;
  replace_all(out, "${" + variable + "}", word);
  std::string name = "$" + variable;
  for (size_t at = out.find(name); at != std::string::npos; at = out.find(name, at)) {
    size_t after = at + name.size();
    bool goes_on = after < out.size() && (is_letter_or_digit(out[after]) || out[after] == '_');
    if (!goes_on) out.replace(at, name.size(), word);
    at += goes_on ? name.size() : word.size();
  }
  return out;
}

}  // namespace

std::vector<std::string> unrolled(const std::vector<std::string>& lines) {
  std::vector<std::string> out;
  for (size_t at = 0; at < lines.size(); ++at) {
    std::optional<Loop> loop = loop_at(lines, at);
    if (!loop || loop->words.size() * (loop->end - loop->body) > k_most_unrolled) {
      out.push_back(lines[at]);
      continue;
    }
    for (const std::string& word : loop->words)
      for (size_t i = loop->body; i < loop->end; ++i)
        out.push_back(with_word(lines[i], loop->variable, word));
    at = loop->end;
  }
  return out;
}

ScriptText take_apart(std::string_view script) {
  ScriptText text;
  Snippet* snippet = nullptr;
  for (std::string& line : logical_lines(script)) {
    if (line.starts_with(k_begin)) {
      std::string_view tool = std::string_view(line).substr(k_begin.size());
      snippet = &text.snippets.emplace_back();
      snippet->tool = std::string(tool.substr(0, tool.find('/')));
    } else if (line.starts_with(k_end)) {
      snippet = nullptr;
    } else if (!line.empty() && line.front() != '#') {
      (snippet ? snippet->lines : text.rest).push_back(std::move(line));
    }
  }
  return text;
}

std::string rest_digest(const ScriptText& text, const model::PackageId& package) {
  std::string joined = join(text.rest, "\n");
  if (package.version.size() >= 3) replace_all(joined, package.version, "@version@");
  for (const DebianArchitecture& architecture : k_architectures) {
    // Digests of the reviewed scripts are those with these two replaced everywhere.
    bool is_reviewed_for = architecture.name == "amd64" || architecture.name == "arm64";
    if (!is_reviewed_for && architecture.name != package.architecture) continue;
    replace_all(joined, architecture.triplet, "@triplet@");
    replace_all(joined, architecture.loader, "@loader@");
    replace_all(joined, architecture.name, "@arch@");
  }
  return sha256(joined).hex().substr(0, 32);
}

bool has_shape(std::string_view pattern, std::string_view line) {
  size_t p = 0, l = 0, star = std::string_view::npos, resume = 0;
  while (l < line.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = l;
    } else if (p < pattern.size() && pattern[p] == line[l]) {
      ++p;
      ++l;
    } else if (star != std::string_view::npos &&
               k_shell_characters.find(line[resume]) == std::string_view::npos) {
      p = star + 1;
      l = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool is_boilerplate(std::string_view line) {
  static constexpr std::array<std::string_view, 37> k_lines{
      "set -e",
      "set -eu",
      "set -u",
      "set +e",
      "exit 0",
      "exit 1",
      ":",
      "true",
      "fi",
      "esac",
      ";;",
      "case $1 in",
      "case \"$1\" in",
      "case \"${1}\" in",
      "if [ \"$1\" = install ]; then",
      "if [ \"$1\" = \"install\" ]; then",
      "if [ \"$1\" = install ] || [ \"$1\" = upgrade ]; then",
      "if [ \"$1\" = \"install\" ] || [ \"$1\" = \"upgrade\" ]; then",
      "if [ \"$1\" = install -o \"$1\" = upgrade ]; then",
      "if [ \"$1\" = \"install\" -o \"$1\" = \"upgrade\" ]; then",
      "if [ \"$1\" = \"install\" -o \"$1\" = \"upgrade\" ] ; then",
      "if [ \"$1\" = configure ]; then",
      "if [ \"$1\" = \"configure\" ]; then",
      "if [ \"$1\" = 'configure' ]; then",
      "if [ \"$1\" = configure ]",
      "if [ \"$1\" = \"configure\" ]",
      "if [ \"$1\" != upgrade ]; then",
      "if [ \"$1\" = \"configure\" ] || [ \"$1\" = \"abort-upgrade\" ]; then",
      "then",
      "action=\"$1\"",
      "umask 022",
      "echo \"postinst called with unknown argument \\`$1'\" >&2",
      "echo \"postinst called with unknown argument '$1'\" >&2",
      "echo \"preinst called with unknown argument \\`$1'\" >&2",
      "echo \"preinst called with unknown argument \\`${1}'\" >&2",
      "echo \"$0 called with unknown argument \\`$1'\" 1>&2",
      ". /usr/share/debconf/confmodule",
  };
  if (std::ranges::find(k_lines, line) != k_lines.end()) return true;
  // A case label, alone or with an empty body.
  if (line.ends_with(" ;;")) line.remove_suffix(3);
  if (!line.ends_with(')')) return false;
  line.remove_suffix(1);
  if (line.starts_with('(')) line.remove_prefix(1);
  return !line.empty() &&
         line.find_first_not_of("abcdefghijklmnopqrstuvwxyz-|* ") == std::string_view::npos;
}

std::vector<std::string> literal_command(std::string_view line, std::string_view command) {
  std::vector<std::string> words;
  size_t at = 0;
  while (at < line.size()) {
    char c = line[at];
    if (c == ' ') {
      ++at;
      continue;
    }
    if (std::string_view("|;&<>#").find(c) != std::string_view::npos) break;
    std::string word;
    for (; at < line.size() && line[at] != ' '; ++at) {
      char quote = line[at];
      if (quote == '\'' || quote == '"') {
        size_t close = line.find(quote, at + 1);
        if (close == std::string_view::npos) return {};
        word += line.substr(at + 1, close - at - 1);
        at = close;
      } else if (quote == ';' || quote == '\\') {
        return {};
      } else {
        word += quote;
      }
    }
    if (word.find_first_of("$`*?~{") != std::string::npos) return {};
    words.push_back(std::move(word));
  }
  if (words.empty() || words.front() != command) return {};
  return words;
}

}  // namespace kiln::rootfs::deb
