// SPDX-License-Identifier: Apache-2.0
//
// Evidence that every verifier must refuse: what we make, with one thing changed.
#pragma once
#include "crypto/timestamp.hpp"
#include "evidence/signing/bundle.hpp"
#include "oci/manifest.hpp"

#include <map>
#include <string>

namespace kiln::signing::tests {

// By what was changed. `stamps` is the authority that stamped the bundle.
std::map<std::string, Bundle> damaged_bundles(const Bundle& good, const TimestampAuthority& stamps);

// A layer as the legacy forms have it: a document, and signature and promise in annotations.
struct SignedLayer {
  std::string bytes;
  oci::Annotations annotations;
};

// Of simple signing: its document, its signature, and the log's promise.
std::map<std::string, SignedLayer> damaged_simple_signing(const SignedLayer& good);
// Of an envelope under an attestation tag.
std::map<std::string, SignedLayer> damaged_attestation(const SignedLayer& good);
// Of a Notary signature, by the members of its JWS.
std::map<std::string, SignedLayer> damaged_notary(const SignedLayer& good);

}  // namespace kiln::signing::tests
