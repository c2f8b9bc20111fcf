// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/missing.hpp"

#include <algorithm>

namespace kiln::sbom {

namespace {

class Counter {
 public:
  template <typename Range, typename IsMissing>
  void add(std::string_view field, const Range& range, const IsMissing& is_missing) {
    size_t missing = static_cast<size_t>(std::ranges::count_if(range, is_missing));
    if (!range.empty()) rows_.push_back({std::string(field), missing, range.size()});
  }
  std::vector<FieldCount> take() { return std::move(rows_); }

 private:
  std::vector<FieldCount> rows_;
};

}  // namespace

std::vector<FieldCount> count_missing(const Document& document) {
  Counter counter;
  const std::vector<Package>& packages = document.packages;
  auto field = [&](std::string_view name, auto&& text) {
    counter.add(name, packages, [&](const Package& p) { return text(p).empty(); });
  };
  field("version", [](const Package& p) { return p.version; });
  field("supplier", [](const Package& p) { return p.supplier.name; });
  field("declared licence", [](const Package& p) { return p.licences.declared; });
  field("concluded licence", [](const Package& p) { return p.licences.concluded; });
  field("copyright text", [](const Package& p) { return p.licences.holders; });
  field("download location", [](const Package& p) { return p.url; });
  counter.add("sha-256", packages, [](const Package& p) { return !p.sha256; });
  field("sha-512", [](const Package& p) { return p.sha512; });
  field("homepage", [](const Package& p) { return p.homepage; });
  field("originator", [](const Package& p) { return p.originator.name; });
  counter.add("source location", document.sources, [](const Source& s) { return s.url.empty(); });
  counter.add("file owner", document.files,
              [](const File& f) { return !f.package && f.made_by.empty(); });
  return counter.take();
}

std::vector<std::string> without_licence(const Document& document) {
  std::vector<std::string> names;
  for (const Package& package : document.packages)
    if (package.licences.concluded.empty()) names.push_back(package.name);
  return names;
}

}  // namespace kiln::sbom
