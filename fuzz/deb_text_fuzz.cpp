// SPDX-License-Identifier: Apache-2.0
//
// The text formats of Debian archives: versions order consistently, relations read back as what
// they print, a Packages file compiles into an index whose records can all be looked at.
#include "packages/deb/control.hpp"
#include "packages/deb/index.hpp"
#include "packages/deb/relation.hpp"
#include "packages/deb/version.hpp"

#include <cstddef>
#include <cstdint>

using namespace kiln::packages::deb;

namespace {

void check_versions(std::string_view text) {
  std::string_view a = text.substr(0, text.size() / 2);
  std::string_view b = text.substr(text.size() / 2);
  ASSERT((compare_versions(a, b) < 0) == (compare_versions(b, a) > 0));
  ASSERT(compare_versions(a, a) == 0);
  (void)check_version(text);
}

void check_relations(std::string_view text) {
  auto groups = parse_dependencies(text, kiln::packages::DependencyKind::depends, "amd64");
  if (!groups) return;
  for (const auto& group : *groups) {
    auto again = parse_dependencies(group.str(), kiln::packages::DependencyKind::depends, "amd64");
    ASSERT(again && again->size() == 1 && again->front().str() == group.str());
  }
}

void check_paragraphs(std::string_view text) {
  ParagraphReader reader(text);
  Paragraph paragraph;
  for (auto more = reader.next(paragraph); more && *more; more = reader.next(paragraph))
    for (const Field& field : paragraph.fields()) ASSERT(paragraph.has(field.name));
}

void check_index(std::string_view text) {
  auto bytes = compile_index(std::string(text), 1);
  if (!bytes) return;
  auto index = PackageIndex::open(*bytes);
  ASSERT(index);
  for (uint32_t record = 0; record < index->size(); ++record) {
    std::string_view name = index->text(record, IndexField::package);
    ASSERT(!index->named(name).empty());
    ASSERT(index->first_mention(name));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  check_versions(text);
  check_relations(text);
  check_paragraphs(text);
  check_index(text);
  return 0;
}
