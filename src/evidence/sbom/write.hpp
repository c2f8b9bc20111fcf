// SPDX-License-Identifier: Apache-2.0
//
// Bills of materials as documents of the four formats that Kiln writes (docs/formats/sbom.md). The
// same value gives the same bytes; members stand in the order of RFC 8785.
#pragma once
#include "evidence/sbom/document.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::sbom {

enum class Format { spdx_2_3, spdx_3_0_1, cyclonedx_1_6, cyclonedx_1_7 };

inline constexpr std::array<Format, 4> k_formats = {Format::spdx_2_3, Format::spdx_3_0_1,
                                                    Format::cyclonedx_1_6, Format::cyclonedx_1_7};

// "spdx-2.3", "cyclonedx-1.6", ...; parse_format is the inverse.
std::string_view str(Format format);
std::optional<Format> parse_format(std::string_view text);

// The in-toto predicate type of a document, and the media type of its bytes.
std::string_view predicate_type(Format format);
std::string_view media_type(Format format);

// The document as JSON on one line, without a line end.
std::string write(const Document& document, Format format);

}  // namespace kiln::sbom
