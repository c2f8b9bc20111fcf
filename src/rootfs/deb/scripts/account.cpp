// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/scripts/account.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "rootfs/deb/architecture.hpp"
#include "rootfs/deb/control.hpp"
#include "rootfs/deb/scripts/reviewed.hpp"
#include "rootfs/deb/scripts/script_text.hpp"
#include "rootfs/deb/scripts/snippets.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace kiln::rootfs::deb {

namespace {

using packages::UnpackedPackage;
using Verdict = ScriptAccount::Verdict;

constexpr std::array<std::string_view, 6> k_scripts{"preinst", "postinst", "prerm",
                                                    "postrm",  "config",   "triggers"};

// The first effects policy that reads loops and dpkg-divert commands.
constexpr int k_reads_loops = 3;

// The lines of a script beside its snippets, as an effects policy reads them.
std::vector<std::string> lines_of(const ScriptText& text, int effects_policy) {
  return effects_policy >= k_reads_loops ? unrolled(text.rest) : text.rest;
}

// What a literal dpkg-divert command asks for; `to` is empty for one that removes a diversion.
// Nothing when the command is another, or diverts for another package.
std::optional<Diversion> parse_diversion(std::string_view line, std::string_view package) {
  std::vector<std::string> words = literal_command(line, "dpkg-divert");
  Diversion diversion{"", "", std::string(package)};
  bool removes = false;
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--add" || word == "--rename" || word == "--no-rename" || word == "--quiet") {
      continue;
    } else if (word == "--remove") {
      removes = true;
    } else if (word == "--divert" && i + 1 < words.size()) {
      diversion.to = words[++i];
    } else if (word == "--package" && i + 1 < words.size() && words[i + 1] == package) {
      ++i;
    } else if (word.starts_with('/') && diversion.from.empty()) {
      diversion.from = word;
    } else {
      return std::nullopt;
    }
  }
  if (diversion.to.empty()) diversion.to = diversion.from + ".distrib";
  for (std::string* path : {&diversion.from, &diversion.to}) {
    Result<std::string> clean = clean_path(*path);
    if (!clean || clean->empty()) return std::nullopt;
    *path = std::move(*clean);
  }
  if (removes) diversion.to.clear();
  return diversion;
}

// Whether a case label, "install|upgrade)", is for a package that is installed for the first time.
bool is_for_installing(std::string_view label) {
  for (std::string_view word : split(label.substr(0, label.find(')')), '|')) {
    word = trim(word);
    if (word.starts_with('(')) word = trim(word.substr(1));
    if (word == "install" || word == "*") return true;
  }
  return false;
}

bool is_alternative_command(std::string_view line) {
  std::vector<std::string> words = literal_command(line, "update-alternatives");
  return std::ranges::find(words, "--install") != words.end();
}

void add_reason(std::string& reasons, std::string_view reason) {
  if (reasons.find(reason) != std::string::npos) return;
  if (!reasons.empty()) reasons += "; ";
  reasons += reason;
}

// preinst and postinst: snippets, then boilerplate and literal commands, then the reviewed table.
void judge_script(ScriptAccount& account, std::string_view script, int effects_policy) {
  ScriptText text = take_apart(script);
  Verdict verdict = Verdict::empty;
  std::string reasons;
  auto take = [&](Verdict found, std::string_view reason) {
    if (verdict != Verdict::done) verdict = found;
    add_reason(reasons, reason);
  };

  bool only_boilerplate = true;
  for (const std::string& line : lines_of(text, effects_policy)) {
    if (is_boilerplate(line)) continue;
    if (is_alternative_command(line)) {
      take(Verdict::done, "alternatives");
      continue;
    }
    if (effects_policy >= k_reads_loops && account.script == "preinst" &&
        parse_diversion(line, account.package.name)) {
      take(Verdict::done, "diversions");
      continue;
    }
    only_boilerplate = false;
    const ReviewedScript* row = find_review(account.package.name, account.script,
                                            rest_digest(text, account.package), effects_policy);
    if (!row) {
      account.reason = printable(line, 160);
      return;
    }
    verdict = Verdict::empty;
    reasons.clear();
    take(row->verdict, row->reason);
    break;
  }
  for (const Snippet& snippet : text.snippets) {
    if (snippet.lines.empty()) continue;
    SnippetMeaning meaning = understand(snippet);
    if (meaning.verdict == Verdict::not_understood) {
      account.reason = snippet.tool + ": " + printable(meaning.odd_line, 160);
      return;
    }
    take(meaning.verdict, meaning.reason);
  }
  account.verdict = verdict;
  account.reason = only_boilerplate && reasons.empty() ? "nothing beyond boilerplate" : reasons;
}

// deb-triggers(5): what the package waits for its own postinst answers; what it sets off must be
// known.
void judge_triggers(ScriptAccount& account, std::string_view triggers) {
  account.verdict = Verdict::empty;
  account.reason = "nothing beyond boilerplate";
  std::string reasons;
  for (std::string_view line : split(triggers, '\n')) {
    std::vector<std::string_view> words = split_words(line.substr(0, line.find('#')));
    if (words.size() != 2) continue;
    if (words[0].starts_with("interest")) {
      if (account.verdict != Verdict::done) account.verdict = Verdict::needless;
      add_reason(reasons, "waits for others; see its postinst");
    } else if (words[0].starts_with("activate") && words[1] == "ldconfig") {
      account.verdict = Verdict::done;
      add_reason(reasons, "ld.so.cache");
    } else if (words[0].starts_with("activate") && words[1] == "update-initramfs") {
      if (account.verdict != Verdict::done) account.verdict = Verdict::needless;
      add_reason(reasons, "an image has no initramfs");
    } else {
      account.verdict = Verdict::not_understood;
      account.reason = printable(line, 160);
      return;
    }
  }
  if (!reasons.empty()) account.reason = std::move(reasons);
}

const ReviewedScript* review_of(const UnpackedPackage& package, std::string_view script,
                                int effects_policy) {
  std::string_view bytes = control_member(package, script);
  if (bytes.empty()) return nullptr;
  return find_review(package.id.name, script, rest_digest(take_apart(bytes), package.id),
                     effects_policy);
}

// Placeholders of a row replaced by what the package's architecture calls them.
std::string fill_in(std::string_view text, const UnpackedPackage& package) {
  std::string out(text);
  for (const DebianArchitecture& one : k_architectures) {
    if (one.name != package.id.architecture) continue;
    for (auto [from, to] : {std::pair{std::string_view("@arch@"), one.name},
                            std::pair{std::string_view("@triplet@"), one.triplet},
                            std::pair{std::string_view("@loader@"), one.loader}}) {
      for (size_t at = out.find(from); at != std::string::npos;
           at = out.find(from, at + to.size())) {
        out.replace(at, from.size(), to);
      }
    }
  }
  return out;
}

// The lines of a row's text, "for a b: x @i@" written out as "x a" and "x b".
std::vector<std::string> lines_of_row(std::string_view text, const UnpackedPackage& package) {
  std::vector<std::string> lines;
  for (std::string_view line : split(text, '\n')) {
    size_t colon = line.find(": ");
    if (!line.starts_with("for ") || colon == std::string_view::npos) {
      lines.push_back(fill_in(line, package));
      continue;
    }
    for (std::string_view word : split_words(line.substr(4, colon - 4))) {
      std::string one = fill_in(line.substr(colon + 2), package);
      for (size_t at = one.find("@i@"); at != std::string::npos; at = one.find("@i@", at))
        one.replace(at, 3, word);
      lines.push_back(std::move(one));
    }
  }
  return lines;
}

// The choices of one command's words; false when it is not a well-formed --install.
bool parse_alternative(const std::vector<std::string>& words, AlternativeChoice& choice) {
  bool installs = false;
  for (size_t i = 1; i < words.size();) {
    if (words[i] == "--install" && i + 4 < words.size()) {
      std::string_view digits = words[i + 4];
      bool negative = digits.starts_with('-');
      if (negative) digits.remove_prefix(1);
      auto number = parse_decimal(digits);
      if (!number || *number > INT32_MAX) return false;
      choice.link = words[i + 1];
      choice.name = words[i + 2];
      choice.path = words[i + 3];
      choice.priority = negative ? -static_cast<int>(*number) : static_cast<int>(*number);
      installs = true;
      i += 5;
    } else if (words[i] == "--slave" && i + 3 < words.size()) {
      choice.slaves.push_back({words[i + 1], words[i + 2], words[i + 3]});
      i += 4;
    } else if (words[i] == "--quiet" || words[i] == "--force") {
      ++i;
    } else {
      return false;
    }
  }
  return installs;
}

void add_alternative(std::vector<AlternativeChoice>& choices, std::string_view line) {
  AlternativeChoice choice;
  if (parse_alternative(literal_command(line, "update-alternatives"), choice)) {
    choices.push_back(std::move(choice));
  }
}

}  // namespace

std::vector<ScriptAccount> account_for_scripts(const UnpackedPackage& package, int effects_policy) {
  std::vector<ScriptAccount> accounts;
  for (std::string_view name : k_scripts) {
    auto found = package.control.find(std::string(name));
    if (found == package.control.end()) continue;
    ScriptAccount& account = accounts.emplace_back();
    account.package = package.id;
    account.script = std::string(name);
    account.sha256 = sha256(found->second);
    if (name == "prerm" || name == "postrm") {
      account.verdict = Verdict::needless;
      account.reason = "runs only when the package is removed or upgraded";
    } else if (name == "config") {
      account.verdict = Verdict::needless;
      account.reason = "asks questions; without answers the defaults hold";
    } else if (name == "triggers") {
      judge_triggers(account, found->second);
    } else {
      judge_script(account, found->second, effects_policy);
    }
  }
  return accounts;
}

std::vector<AlternativeChoice> alternatives_of(const UnpackedPackage& package, int effects_policy) {
  std::vector<AlternativeChoice> choices;
  const ReviewedScript* row = review_of(package, "postinst", effects_policy);
  if (row && !row->alternatives.empty()) {
    for (const std::string& line : lines_of_row(row->alternatives, package))
      add_alternative(choices, "update-alternatives " + line);
    return choices;
  }
  ScriptText text = take_apart(control_member(package, "postinst"));
  for (const std::string& line : lines_of(text, effects_policy)) add_alternative(choices, line);
  for (const Snippet& snippet : text.snippets) {
    if (understand(snippet).verdict != Verdict::done) continue;
    for (const std::string& line : snippet.lines) add_alternative(choices, line);
  }
  return choices;
}

std::vector<Diversion> diversions_of(const UnpackedPackage& package, int effects_policy) {
  std::vector<Diversion> diversions;
  if (const ReviewedScript* row = review_of(package, "preinst", effects_policy)) {
    for (const std::string& line : lines_of_row(row->diversions, package)) {
      std::vector<std::string_view> words = split_words(line);
      if (words.size() != 2) continue;
      diversions.push_back({std::string(words[0]), std::string(words[1]), package.id.name});
    }
    return diversions;
  }
  std::string_view script = control_member(package, "preinst");
  if (effects_policy < k_reads_loops || script.find("dpkg-divert") == std::string_view::npos ||
      diverts_in_an_unknown_way(package, effects_policy))
    return diversions;
  std::string label = "*)";
  for (std::string& line : lines_of(take_apart(script), effects_policy)) {
    if (auto found = parse_diversion(line, package.id.name)) {
      if (is_for_installing(label) && !found->to.empty()) diversions.push_back(std::move(*found));
    } else if (line == "esac" || line == "fi") {
      label = "*)";
    } else if (line.starts_with("if [ \"$1\"")) {
      label = line.find("install") != std::string::npos ? "*)" : "upgrade)";
    } else if (line.ends_with(')')) {
      label = std::move(line);
    }
  }
  return diversions;
}

bool diverts_in_an_unknown_way(const UnpackedPackage& package, int effects_policy) {
  std::string_view script = control_member(package, "preinst");
  if (script.find("dpkg-divert") == std::string_view::npos) return false;
  ScriptAccount account;
  account.package = package.id;
  account.script = "preinst";
  judge_script(account, script, effects_policy);
  return account.verdict == Verdict::not_understood;
}

std::vector<std::string> temporary_files_of(const UnpackedPackage& package) {
  constexpr std::string_view k_option = " --create ";
  std::vector<std::string> names;
  std::string_view script = control_member(package, "postinst");
  if (script.find("systemd-tmpfiles") == std::string_view::npos) return names;
  for (const Snippet& snippet : take_apart(script).snippets) {
    if (snippet.tool != "dh_installtmpfiles" ||
        understand(snippet).verdict == Verdict::not_understood)
      continue;
    for (std::string_view line : snippet.lines) {
      size_t at = line.find(k_option);
      if (at == std::string_view::npos) continue;
      for (std::string_view word : split_words(line.substr(at + k_option.size()))) {
        if (word == "||" || word.starts_with('>')) break;
        std::string name(word);
        if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
      }
    }
  }
  return names;
}

}  // namespace kiln::rootfs::deb
