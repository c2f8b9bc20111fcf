// SPDX-License-Identifier: Apache-2.0
//
// Who a signer says it is. The record never says it: the signer's own configuration does, so that
// no build can give itself another builder's name or level.
#pragma once
#include "model/namespace.hpp"

#include <string>

namespace kiln::evidence {

struct Builder {
  std::string mode;      // the mode of records that this signer takes
  std::string id;        // SLSA's builder.id
  std::string verifier;  // of verification summaries
  std::string level;     // SLSA's name of what is claimed, "SLSA_BUILD_LEVEL_1"
};

// A run on somebody's machine. Its key is within reach of whoever runs the build, so that no more
// than Build L1 can be claimed.
inline Builder local_builder() {
  std::string base(model::k_uri_base);
  return {"local", base + "/builder/local", base + "/verifier/local", "SLSA_BUILD_LEVEL_1"};
}

// The second build of `kiln rebuild --attest` on somebody's machine.
inline Builder rebuilder() {
  std::string base(model::k_uri_base);
  return {"rebuild", base + "/builder/local-rebuild", base + "/verifier/local-rebuild",
          "SLSA_BUILD_LEVEL_1"};
}

}  // namespace kiln::evidence
