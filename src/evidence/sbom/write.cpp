// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/write.hpp"

#include "evidence/sbom/writers.hpp"

#include <algorithm>

namespace kiln::sbom {

namespace {

struct FormatRow {
  Format format;
  std::string_view name;
  std::string_view predicate_type;
  std::string_view media_type;
};

constexpr FormatRow k_rows[] = {
    {Format::spdx_2_3, "spdx-2.3", "https://spdx.dev/Document", "application/spdx+json"},
    {Format::spdx_3_0_1, "spdx-3.0.1", "https://spdx.dev/Document/v3", "application/spdx+json"},
    {Format::cyclonedx_1_6, "cyclonedx-1.6", "https://cyclonedx.org/bom",
     "application/vnd.cyclonedx+json"},
    {Format::cyclonedx_1_7, "cyclonedx-1.7", "https://cyclonedx.org/bom",
     "application/vnd.cyclonedx+json"},
};

const FormatRow& row_of(Format format) {
  return *std::ranges::find(k_rows, format, &FormatRow::format);
}

}  // namespace

std::string_view str(Format format) {
  return row_of(format).name;
}

std::optional<Format> parse_format(std::string_view text) {
  auto row = std::ranges::find(k_rows, text, &FormatRow::name);
  return row == std::end(k_rows) ? std::nullopt : std::optional(row->format);
}

std::string_view predicate_type(Format format) {
  return row_of(format).predicate_type;
}

std::string_view media_type(Format format) {
  return row_of(format).media_type;
}

std::string write(const Document& document, Format format) {
  switch (format) {
    case Format::spdx_2_3:
      return write_spdx_2(document);
    case Format::spdx_3_0_1:
      return write_spdx_3(document);
    case Format::cyclonedx_1_6:
    case Format::cyclonedx_1_7:
      return write_cyclonedx(document, format);
  }
  return {};
}

}  // namespace kiln::sbom
