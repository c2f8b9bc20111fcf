// SPDX-License-Identifier: Apache-2.0
//
// An image can have two indexes: its own, and one that adds BuildKit's attestations to it. A tag
// names one of them, so a registry needs the evidence of one.
#pragma once
#include "publish/closure.hpp"

namespace kiln::publish {

// Leaves out of a closure with evidence what is for those who come by the other index:
//   - where the root is the image's own: the index that adds attestations, its signatures, and
//     attestation manifests that nothing else needs
//   - where it is the one that adds them: signatures of the other by whoever signed both. What else
//     is said of that one stays, and so does it itself, being the root's subject.
Result<> keep_evidence_of_root(Closure& closure);

}  // namespace kiln::publish
