// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/licences/recognise.hpp"

#include "base/strings.hpp"
#include "evidence/sbom/licences/names.hpp"
#include "evidence/sbom/licences/spdx_list.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

// Lower-case words with one blank between them and around the whole; signs other than a dot inside
// a word are dropped.
std::string words_of(std::string_view text) {
  std::string out = " ";
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    bool digit = c >= '0' && c <= '9';
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    bool inner_dot = c == '.' && i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9' &&
                     out.back() != ' ';
    if (digit || letter || inner_dot)
      out += letter && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    else if (out.back() != ' ')
      out += ' ';
  }
  if (out.back() != ' ') out += ' ';
  return out;
}

size_t count_words(std::string_view words) {
  return static_cast<size_t>(std::ranges::count(words, ' ')) - 1;
}

bool has(std::string_view words, std::string_view phrase) {
  return words.find(phrase) != std::string_view::npos;
}

struct Template {
  std::string_view id;
  size_t most_words;  // copyright lines included
  std::array<std::string_view, 4> needed;
  std::array<std::string_view, 2> forbidden;
};

constexpr std::string_view k_bsd_grant =
    "redistribution and use in source and binary forms with or without modification are permitted";
constexpr std::string_view k_bsd_source = "source code must retain the";
constexpr std::string_view k_bsd_binary = "binary form must reproduce the";
constexpr std::string_view k_mit_grant =
    "permission is hereby granted free of charge to any person obtaining a copy";
constexpr std::string_view k_mit_notice = "copyright notice and this permission notice";

// The first that fits decides.
constexpr Template k_templates[] = {
    {"BSD-4-Clause",
     320,
     {k_bsd_grant, k_bsd_source, k_bsd_binary, "all advertising materials mentioning features"},
     {"without fee is hereby granted", "general public license"}},
    {"BSD-3-Clause",
     275,
     {k_bsd_grant, k_bsd_source, k_bsd_binary, "be used to endorse or promote products"},
     {"advertising", "general public license"}},
    {"BSD-2-Clause",
     225,
     {k_bsd_grant, k_bsd_source, k_bsd_binary, "as is"},
     {"advertising", "endorse"}},
    {"X11",
     260,
     {k_mit_grant, k_mit_notice, "except as contained in this notice the name", "as is"},
     {"advertising material", "trademark"}},
    {"MIT",
     230,
     {k_mit_grant, "to deal in the software without restriction", k_mit_notice,
      "as is without warranty of any kind"},
     {"except as contained in this notice", "advertising"}},
    {"ISC",
     165,
     {"permission to use copy modify and", "distribute this software for any purpose with or",
      "without fee is hereby granted provided that the above copyright notice and this permission "
      "notice appear in all copies",
      "as is and"},
     {"supporting documentation", "advertising"}},
    {"Zlib",
     180,
     {"as is without any express or implied warranty",
      "the origin of this software must not be misrepresented",
      "altered source versions must be plainly marked",
      "this notice may not be removed or altered from any source distribution"},
     {"general public license", "advertising"}},
    {"FSFAP",
     80,
     {"copying and distribution of this file with or without modification are permitted in any "
      "medium without royalty provided the copyright notice and this notice are preserved",
      "", "", ""},
     {"general public license", "advertising"}},
    {"FSFULLRWD",
     100,
     {"gives unlimited permission to copy and or distribute it with or without modifications as "
      "long as this notice is preserved",
      "without any warranty", "", ""},
     {"general public license", "advertising"}},
    {"FSFULLR",
     55,
     {"gives unlimited permission to copy and or distribute it with or without modifications as "
      "long as this notice is preserved",
      "", "", ""},
     {"general public license", "advertising"}},
    {"FSFUL",
     50,
     {"the free software foundation gives unlimited permission to copy distribute and modify it",
      "", "", ""},
     {"general public license", "advertising"}},
    {"BSL-1.0",
     270,
     {"boost software license version 1.0", "", "", ""},
     {"general public license", "advertising"}},
    {"Apache-2.0",
     2000,
     {"licensed under the apache license version 2.0", "", "", ""},
     {"exceptions to the apache", "general public license"}},
    {"Apache-2.0",
     2000,
     {"apache license version 2.0 january 2004",
      "terms and conditions for use reproduction and distribution", "", ""},
     {"exceptions to the apache", "general public license"}},
};

bool fits(const Template& one, std::string_view words) {
  return std::ranges::all_of(one.needed, [&](auto phrase) { return has(words, phrase); }) &&
         std::ranges::none_of(one.forbidden, [&](auto phrase) { return has(words, phrase); }) &&
         count_words(words) <= one.most_words;
}

struct GnuLicence {
  std::string_view title;
  std::string_view id;
};

constexpr GnuLicence k_gnu[] = {{" gnu lesser general public license ", "LGPL"},
                                {" gnu library general public license ", "LGPL"},
                                {" gnu affero general public license ", "AGPL"},
                                {" gnu general public license ", "GPL"},
                                {" gnu free documentation license ", "GFDL"}};

// "2.0" after any of the ways in which notices name a version; empty when there is none.
std::string version_in(std::string_view words) {
  constexpr std::string_view k_version = " version ";
  for (size_t at = words.find(k_version); at != std::string_view::npos;
       at = words.find(k_version, at + 1)) {
    std::string_view rest = words.substr(at + k_version.size());
    std::string_view number = rest.substr(0, rest.find(' '));
    bool is_number = !number.empty() && number.size() <= 3 && number.front() >= '1' &&
                     number.front() <= '3' && (number.size() == 1 || number[1] == '.');
    if (is_number) return std::string(number) + (number.size() == 1 ? ".0" : "");
  }
  return {};
}

// The licence of one notice that speaks of a single GNU licence.
std::string gnu_notice(std::string_view words) {
  const GnuLicence* found = nullptr;
  for (const GnuLicence& one : k_gnu) {
    if (!has(words, one.title)) continue;
    if (found != nullptr && found->id != one.id) return {};
    found = &one;
  }
  if (found == nullptr || has(words, "exception") || has(words, "permission to link")) return {};
  std::string version = version_in(words);
  if (version.empty()) return {};
  bool later = has(words, "any later version");
  return std::string(
      spdx_licence(fmt::format("{}-{}-{}", found->id, version, later ? "or-later" : "only")));
}

void add_once(std::vector<std::string>& list, std::string id) {
  if (!id.empty() && std::ranges::find(list, id) == list.end()) list.push_back(std::move(id));
}

// "usr/share/common-licenses/GPL-2" names a text, not whether later versions may be taken: that
// says the paragraph before it.
std::string referenced(std::string_view paragraph, std::string_view words) {
  constexpr std::string_view k_place = "usr/share/common-licenses/";
  size_t at = paragraph.find(k_place);
  if (at == std::string_view::npos) return {};
  std::string_view name = paragraph.substr(at + k_place.size());
  name =
      name.substr(0, name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                            "0123456789.-"));
  while (name.ends_with('.') || name.ends_with('-')) name.remove_suffix(1);
  if (name == "BSD") return "BSD-3-Clause";
  bool gnu = name.find("GPL") != std::string_view::npos || name.starts_with("GFDL");
  return spdx_name(std::string(name) + (gnu && has(words, "any later version") ? "+" : ""));
}

// Whether an unrecognised paragraph may grant or demand something. What GNU's notices go on with
// does not: that there is no warranty, and where the licence is.
bool speaks_of_terms(std::string_view words) {
  bool goes_on = has(words, " general public license ") &&
                 (has(words, " for more details ") || has(words, " should have received a copy ") ||
                  has(words, " complete text of ") || has(words, " full text of "));
  if (goes_on && !has(words, " exception")) return false;
  constexpr std::array<std::string_view, 9> k_terms = {
      " licens",         " licenc",    " permission", " permit", " redistribut",
      " public domain ", " exception", " patent",     " warrant"};
  return std::ranges::any_of(k_terms, [&](std::string_view term) { return has(words, term); });
}

}  // namespace

std::string recognise_text(std::string_view text) {
  constexpr size_t k_longest = 64U << 10;
  if (text.size() > k_longest) return {};
  std::string words = words_of(text);
  auto found = std::ranges::find_if(k_templates, [&](auto& one) { return fits(one, words); });
  if (found != std::end(k_templates)) return std::string(found->id);
  constexpr size_t k_longest_notice = 220;
  return count_words(words) <= k_longest_notice ? gnu_notice(words) : std::string();
}

Notices recognise_notices(std::string_view text) {
  Notices found;
  std::string before;  // the words of the paragraph before
  while (!text.empty()) {
    std::string paragraph;
    while (!text.empty()) {
      std::string_view line = trim(take_until(text, '\n'));
      if (line.empty() || line == ".") break;
      paragraph.append(line).append(1, '\n');
    }
    if (paragraph.empty()) continue;
    std::string words = words_of(paragraph);
    std::string id = gnu_notice(words);
    if (id.empty()) id = referenced(paragraph, before + words);
    found.others = found.others || (id.empty() && speaks_of_terms(words));
    add_once(found.ids, std::move(id));
    before = std::move(words);
  }
  return found;
}

}  // namespace kiln::sbom
