// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/control.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr size_t k_most_fields = 500;

bool is_empty_line(std::string_view line) {
  return std::ranges::all_of(line, [](char c) { return c == ' ' || c == '\t' || c == '\r'; });
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::unexpected<Error> bad_line(uint64_t line, std::string_view text, std::string_view why) {
  return fail(ErrorCode::corrupt, fmt::format("line {} of a control file is {}: \"{}\"", line, why,
                                              printable(text, 80)));
}

}  // namespace

bool same_field_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view Paragraph::get(std::string_view name) const {
  for (const Field& field : fields_)
    if (same_field_name(field.name, name)) return field.value;
  return {};
}

bool Paragraph::has(std::string_view name) const {
  return std::ranges::any_of(fields_,
                             [&](const Field& field) { return same_field_name(field.name, name); });
}

Result<> ParagraphReader::add_line(Paragraph& paragraph, std::string_view line) const {
  if (line.front() == ' ' || line.front() == '\t') {
    if (paragraph.fields_.empty()) return bad_line(line_, line, "a continuation of nothing");
    std::string_view& value = paragraph.fields_.back().value;
    std::string_view text = trim(line);
    const char* begin = value.empty() ? text.data() : value.data();
    if (!text.empty()) value = {begin, static_cast<size_t>(text.data() + text.size() - begin)};
    return {};
  }
  size_t colon = line.find(':');
  std::string_view name = line.substr(0, colon);
  bool named = colon != std::string_view::npos && !name.empty() && name.front() != '#' &&
               name.front() != '-' &&
               std::ranges::all_of(name, [](char c) { return c > ' ' && c < 0x7f; });
  if (!named) return bad_line(line_, line, "neither a field nor a continuation");
  if (paragraph.has(name)) return bad_line(line_, line, "a field that was there before");
  if (paragraph.fields_.size() >= k_most_fields)
    return fail(ErrorCode::limit, "a paragraph of a control file has too many fields");
  paragraph.fields_.push_back({name, trim(line.substr(colon + 1))});
  return {};
}

Result<bool> ParagraphReader::next(Paragraph& paragraph) {
  paragraph.fields_.clear();
  const char* begin = nullptr;
  while (!rest_.empty()) {
    ++line_;
    std::string_view line = take_until(rest_, '\n');
    if (is_empty_line(line)) {
      if (begin != nullptr) break;
      continue;
    }
    if (begin == nullptr) begin = line.data();
    TRY(add_line(paragraph, line));
    paragraph.text_ = {begin, static_cast<size_t>(line.data() + line.size() - begin)};
  }
  return begin != nullptr;
}

Result<Paragraph> parse_paragraph(std::string_view text) {
  ParagraphReader reader(text);
  Paragraph paragraph;
  if (!TRY(reader.next(paragraph))) return fail(ErrorCode::corrupt, "a control file is empty");
  Paragraph other;
  if (TRY(reader.next(other)))
    return fail(ErrorCode::corrupt, "a control file has more than one paragraph");
  return paragraph;
}

}  // namespace kiln::packages::deb
