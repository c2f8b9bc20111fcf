// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/writers.hpp"
namespace kiln::sbom {
std::string write_spdx_3(const Document& document) {
  return write_spdx_2(document);
}
}  // namespace kiln::sbom
