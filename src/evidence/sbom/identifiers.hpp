// SPDX-License-Identifier: Apache-2.0
//
// Names for the parts of a document, made from what they name, so that the same part has the same
// identifier in every document.
#pragma once
#include "evidence/sbom/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::sbom {

// Made of letters, digits, "." and "-", as SPDX wants them, without its "SPDXRef-".
struct Identifiers {
  std::string image = "Image";
  std::string system;
  std::vector<std::string> packages;
  std::vector<std::string> sources;
  std::vector<std::string> files;
  std::vector<std::string> package_purls;
};

Identifiers identifiers_of(const Document& document);

// A URI of this document, for a format: depends on the image, on how the document was made, and on
// Kiln's version.
std::string document_uri(const Document& document, std::string_view format);

// A UUID of version 8 (RFC 9562) from the SHA-256 of that URI.
std::string document_uuid(const Document& document, std::string_view format);

}  // namespace kiln::sbom
