// SPDX-License-Identifier: Apache-2.0
//
// Reading what a bill of materials claims, for comparing it with an image: SPDX 2.3 and CycloneDX
// 1.6 or 1.7 as JSON, in the form that write.hpp gives them (docs/formats/sbom.md). The bytes may
// come from anyone.
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
};

// Fails with corrupt on what is no such document, names a file twice or gives it no SHA-256, with
// unsupported on other formats and versions, with limit on more than 256 MiB.
Result<Claims> read_claims(std::string_view document);
// The same of one that was parsed.
Result<Claims> claims_of(const Json& document);

}  // namespace kiln::sbom
