// SPDX-License-Identifier: Apache-2.0
//
// Control files (deb822(5)): paragraphs of fields, separated by empty lines, as views of their
// text.
//
//   paragraph = 1*field
//   field     = name ":" value LF *(blank continuation LF)
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

// `value` is trimmed at both ends; further lines stand in it as in the text, with their leading
// blank.
struct Field {
  std::string_view name;
  std::string_view value;
};

class Paragraph {
 public:
  // The value of a field, whatever the case of its name; nothing and an empty value are the same.
  std::string_view get(std::string_view name) const;
  bool has(std::string_view name) const;
  // In the order of the text.
  std::span<const Field> fields() const { return fields_; }
  // All of the paragraph's bytes, without the empty lines around it.
  std::string_view text() const { return text_; }

 private:
  friend class ParagraphReader;
  std::vector<Field> fields_;
  std::string_view text_;
};

class ParagraphReader {
 public:
  // The text must outlive the reader and every paragraph read from it.
  explicit ParagraphReader(std::string_view text) : rest_(text) {}

  // The next paragraph; false at the end. Fails (corrupt) with the line's number on lines that are
  // no fields and on a field that occurs twice.
  Result<bool> next(Paragraph& paragraph);

 private:
  Result<> add_line(Paragraph& paragraph, std::string_view line) const;
  std::string_view rest_;
  uint64_t line_ = 0;
};

// The only paragraph of a text; none or several are errors (corrupt).
Result<Paragraph> parse_paragraph(std::string_view text);

// Whether two field names are the same: case does not matter.
bool same_field_name(std::string_view a, std::string_view b);

}  // namespace kiln::packages::deb
