// SPDX-License-Identifier: Apache-2.0
//
// What proves the time and the log of a signature outside bundles: annotations of the layer that
// holds it (cosign, specs/SIGNATURE_SPEC.md).
#pragma once
#include "evidence/verification/judge.hpp"

#include <functional>

namespace kiln::verification {

// Whether the body of a log's entry is that of the signature at hand.
using BodyFits = std::function<Result<>(std::string_view body)>;

// Checks the log's promise and the time stamp, as far as annotations have them, and adds what they
// prove. Fails with corrupt or unverified.
Result<> add_legacy_proofs(const oci::Annotations& annotations, std::string_view signature,
                           const BodyFits& fits, const signing::TrustedRoot& root, Proof& proof);

}  // namespace kiln::verification
