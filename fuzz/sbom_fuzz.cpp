// SPDX-License-Identifier: Apache-2.0
//
// Everything that bills of materials are read from: foreign documents, copyright files, purls.
// The first byte chooses.
#include "crypto/digest.hpp"
#include "evidence/sbom/licences/copyright.hpp"
#include "evidence/sbom/licences/expression.hpp"
#include "evidence/sbom/purl.hpp"
#include "evidence/sbom/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace kiln::sbom;
  if (size == 0) return 0;
  std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0:
      (void)read_claims(text);
      break;
    case 1:
      (void)read_copyright(text);
      break;
    case 2:
      (void)parse_purl(text);
      break;
    default: {
      // As documents name licences that SPDX does not know; what is written so reads the same.
      auto reference = [](const std::string& name) {
        return licence("LicenseRef-" + kiln::sha256(name).hex());
      };
      std::string written = str(replace(parse_synopsis(text), reference));
      if (written.size() < (64U << 10) && str(parse_synopsis(written)) != written) __builtin_trap();
    }
  }
  return 0;
}
