// SPDX-License-Identifier: Apache-2.0
//
// The paragraphs of a machine-readable copyright file. Such files are written by hand, so this
// reads what packages::deb::ParagraphReader refuses: comments, stray lines, fields given twice.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sbom {

struct CopyrightField {
  std::string name;   // lower case
  std::string first;  // the rest of the field's own line, trimmed
  std::string rest;   // further lines without their first blank, "." lines as empty ones
};

using CopyrightParagraph = std::vector<CopyrightField>;

std::vector<CopyrightParagraph> copyright_paragraphs(std::string_view text);

// The first field of that name (lower case); null when there is none.
const CopyrightField* find_field(const CopyrightParagraph& paragraph, std::string_view name);

}  // namespace kiln::sbom
