// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/licences/copyright.hpp"

#include "base/strings.hpp"
#include "evidence/sbom/licences/expression.hpp"
#include "evidence/sbom/licences/names.hpp"
#include "evidence/sbom/licences/paragraphs.hpp"
#include "evidence/sbom/licences/recognise.hpp"
#include "evidence/sbom/utf8_text.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::sbom {

namespace {

constexpr size_t k_longest_file = 4U << 20;
constexpr size_t k_most_holders = 32U << 10;  // bytes

class CopyrightReader {
 public:
  Copyright take() { return std::move(result_); }

  // Copyright statements, each once.
  void add_holders(std::string_view lines) {
    while (!lines.empty()) {
      std::string_view line = trim(take_until(lines, '\n'));
      if (line.empty() || !holders_.emplace(line).second) continue;
      if (result_.holders.size() + line.size() > k_most_holders) continue;
      if (!result_.holders.empty()) result_.holders += '\n';
      result_.holders += line;
    }
  }

  // The identifier of a licence that SPDX does not know, with its text kept.
  std::string keep(std::string_view name, std::string_view text) {
    std::string body(trim(text));
    if (body.empty()) {
      body = fmt::format("The copyright file names this licence \"{}\" and gives no text.", name);
      missing_text_ = true;
    }
    std::string id = licence_reference(name, body);
    result_.texts.try_emplace(id, LicenceText{std::string(name), std::move(body)});
    return id;
  }

  void read_machine_readable(const std::vector<CopyrightParagraph>& paragraphs) {
    for (const CopyrightParagraph& paragraph : paragraphs) read_licence_paragraph(paragraph);
    std::vector<Expression> all;
    bool whole = true;
    for (const CopyrightParagraph& paragraph : paragraphs) {
      if (const CopyrightField* copyright = find_field(paragraph, "copyright"))
        add_holders(copyright->first + "\n" + copyright->rest);
      if (find_field(paragraph, "files") == nullptr) continue;
      const CopyrightField* field = find_field(paragraph, "license");
      if (field == nullptr || field->first.empty())
        whole = false;
      else
        all.push_back(expression_of(*field));
    }
    if (all.empty()) all = licences_of_header(paragraphs);
    result_.declared = str(all_of(std::move(all)));
    result_.complete = whole && !missing_text_ && !result_.declared.empty();
    read_header(paragraphs.front());
  }

  void read_free_form(std::string_view text) {
    auto [ids, others] = recognise_notices(text);
    if (std::string one = recognise_text(text); ids.empty() && !one.empty()) {
      ids.push_back(one);
      others = false;
    }
    if (ids.empty() || others) ids.push_back(keep("copyright-file", text));
    std::vector<Expression> parts;
    for (std::string& id : ids) parts.push_back(licence(std::move(id)));
    result_.declared = str(all_of(std::move(parts)));
    while (!text.empty()) {
      std::string_view line = trim(take_until(text, '\n'));
      if (line.starts_with("Copyright ") || line.starts_with("(c) ") || line.starts_with("(C) "))
        add_holders(line);
    }
  }

 private:
  // A licence paragraph of its own gives the text of a name that Files paragraphs use.
  void read_licence_paragraph(const CopyrightParagraph& paragraph) {
    const CopyrightField* field = find_field(paragraph, "license");
    if (field == nullptr || find_field(paragraph, "files") != nullptr) return;
    texts_.try_emplace(to_lower(field->first), field->rest);
  }

  Expression expression_of(const CopyrightField& field) {
    Expression names = parse_synopsis(field.first);
    bool single = names.kind == Expression::Kind::licence;
    return replace(names, [&](const std::string& name) {
      return licence(identify(name, single ? std::string_view(field.rest) : std::string_view()));
    });
  }

  // By name, else by text, else by the family that the name claims when there is no text.
  std::string identify(const std::string& name, std::string_view text) {
    if (std::string id = spdx_name(name); !id.empty()) return id;
    auto known = texts_.find(to_lower(name));
    if (trim(text).empty() && known != texts_.end()) text = known->second;
    if (std::string id = recognise_text(text); !id.empty()) return id;
    if (trim(text).empty())
      if (std::string id = spdx_name(name_without_remark(name)); !id.empty()) return id;
    return keep(name, text);
  }

  // A file without Files paragraphs, which the format does not allow, may say it at the top.
  std::vector<Expression> licences_of_header(const std::vector<CopyrightParagraph>& paragraphs) {
    std::vector<Expression> all;
    for (const CopyrightParagraph& paragraph : paragraphs)
      if (const CopyrightField* field = find_field(paragraph, "license"))
        if (!field->first.empty()) all.push_back(expression_of(*field));
    return all;
  }

  void read_header(const CopyrightParagraph& header) {
    if (const CopyrightField* contact = find_field(header, "upstream-contact"))
      result_.upstream_contact =
          contact->first.empty() ? std::string(trim(contact->rest)) : contact->first;
    if (const CopyrightField* source = find_field(header, "source"))
      result_.upstream_source =
          source->first.empty() ? std::string(trim(source->rest)) : source->first;
    for (std::string* text : {&result_.upstream_contact, &result_.upstream_source})
      text->resize(std::min(text->find('\n'), text->size()));
  }

  Copyright result_;
  std::set<std::string, std::less<>> holders_;
  std::map<std::string, std::string, std::less<>> texts_;  // by the licence's name, lower case
  bool missing_text_ = false;
};

bool is_machine_readable(const std::vector<CopyrightParagraph>& paragraphs) {
  if (paragraphs.empty()) return false;
  const CopyrightParagraph& header = paragraphs.front();
  return find_field(header, "format") != nullptr ||
         find_field(header, "format-specification") != nullptr;
}

}  // namespace

Copyright read_copyright(std::string_view text) {
  if (text.size() > k_longest_file) return {};
  std::string clean = text_of(text);
  std::vector<CopyrightParagraph> paragraphs = copyright_paragraphs(clean);
  CopyrightReader reader;
  if (is_machine_readable(paragraphs))
    reader.read_machine_readable(paragraphs);
  else if (!trim(clean).empty())
    reader.read_free_form(clean);
  return reader.take();
}

}  // namespace kiln::sbom
