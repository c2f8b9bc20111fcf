// SPDX-License-Identifier: Apache-2.0
//
// Cosign's tags hold the signatures of everybody who signed a manifest, each a layer of the one
// manifest that has the tag. Who signs adds a layer and leaves the others there, as `cosign sign`
// does (cosign, pkg/oci/mutate: AttachSignatureToEntity).
#pragma once
#include "evidence/signing/signer.hpp"

#include <functional>

namespace kiln::signing {

// The manifest that has a tag now; nothing when none has.
using ReadTagged = std::function<Result<std::optional<oci::Manifest>>(const std::string& tag)>;

// Puts the layers of what each object's tag names now before the object's own. The blobs of those
// layers stay where they are and are not added to the content. Fails with limit beyond 1000 layers.
Result<> keep_what_tags_hold(SignedObjects& made, const ReadTagged& read);

// Whether all layers of the objects that have tags are in what the tags name now.
Result<bool> tags_hold(const SignedObjects& made, const ReadTagged& read);

}  // namespace kiln::signing
