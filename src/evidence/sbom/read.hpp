// SPDX-License-Identifier: Apache-2.0
//
// Reading what a bill of materials claims, for comparing it with an image: SPDX 2.3, SPDX 3.0.1 and
// CycloneDX 1.6 or 1.7 as JSON, in the form that write.hpp gives them (docs/formats/sbom.md). The
// bytes may come from anyone.
#pragma once
#include "crypto/digest.hpp"
#include "data/json.hpp"
#include "evidence/sbom/write.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::sbom {

struct ClaimedPackage {
  std::string name;
  std::string version;
  std::string architecture;
  auto operator<=>(const ClaimedPackage&) const = default;
};

struct Claims {
  Format format = Format::spdx_2_3;
  Digest image;                          // of the manifest
  std::map<std::string, Digest> files;   // path without a leading slash -> SHA-256
  std::vector<ClaimedPackage> packages;  // those of a distribution, by their purls; sorted
  // What else should be in the image, of which its package database knows nothing: "name version".
  std::vector<std::string> others;
  // Packages of a distribution whose name or version is not that of their purl: "name version".
  std::vector<std::string> contradictions;
  bool by_kiln = false;  // see is_by_kiln()
};

// Fails with corrupt on what is no such document, names a file twice or gives it no SHA-256, with
// unsupported on other formats and versions, with limit on more than 256 MiB.
Result<Claims> read_claims(std::string_view document);
// The same of one that was parsed.
Result<Claims> claims_of(const Json& document);

// Whether a document is, by its outermost members, of the format that a predicate type of
// predicate_type(Format) stands for: what says so and is something else says nothing about an
// image.
bool is_of_type(const Json& document, std::string_view type);
// Whether Kiln wrote a document, so that it names every file. Those of other tools seldom do.
bool is_by_kiln(const Json& document);

}  // namespace kiln::sbom
