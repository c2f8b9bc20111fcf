// SPDX-License-Identifier: Apache-2.0
//
// What a bill of materials does not know, counted by field: each is a NOASSERTION, or a member
// left out, in the documents.
#pragma once
#include "evidence/sbom/document.hpp"

#include <string>
#include <vector>

namespace kiln::sbom {

struct FieldCount {
  std::string field;  // "package licence (declared)"
  size_t missing = 0;
  size_t of = 0;
};

// One row a field, in a fixed order; fields that nothing has are left out.
std::vector<FieldCount> count_missing(const Document& document);

// Names of the packages for which no licence could be concluded.
std::vector<std::string> without_licence(const Document& document);

}  // namespace kiln::sbom
