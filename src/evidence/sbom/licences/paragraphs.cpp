// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/licences/paragraphs.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace kiln::sbom {

namespace {

void add_continuation(CopyrightParagraph& paragraph, std::string_view line) {
  if (paragraph.empty()) return;
  line.remove_prefix(1);
  while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
  if (trim(line) == ".") line = {};
  paragraph.back().rest.append(line).append(1, '\n');
}

void add_field(CopyrightParagraph& paragraph, std::string_view line) {
  size_t colon = line.find(':');
  std::string_view name = line.substr(0, colon);
  if (colon == std::string_view::npos || name.find(' ') != std::string_view::npos) return;
  paragraph.push_back({to_lower(name), std::string(trim(line.substr(colon + 1))), {}});
}

}  // namespace

std::vector<CopyrightParagraph> copyright_paragraphs(std::string_view text) {
  std::vector<CopyrightParagraph> paragraphs;
  CopyrightParagraph current;
  auto finish = [&] {
    if (!current.empty()) paragraphs.push_back(std::move(current));
    current.clear();
  };
  while (!text.empty()) {
    std::string_view line = take_until(text, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trim(line).empty())
      finish();
    else if (line.front() == ' ' || line.front() == '\t')
      add_continuation(current, line);
    else if (line.front() != '#')
      add_field(current, line);
  }
  finish();
  return paragraphs;
}

const CopyrightField* find_field(const CopyrightParagraph& paragraph, std::string_view name) {
  auto found = std::ranges::find(paragraph, name, &CopyrightField::name);
  return found == paragraph.end() ? nullptr : &*found;
}

}  // namespace kiln::sbom
