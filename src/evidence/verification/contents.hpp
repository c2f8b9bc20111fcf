// SPDX-License-Identifier: Apache-2.0
//
// The bytes of an image against what its manifests and configs say of them.
#pragma once
#include "evidence/verification/parts.hpp"
#include "evidence/verification/verdict.hpp"
#include "image/inspect.hpp"

#include <map>

namespace kiln::verification {

// Reads every layer of each platform: its digest, and the diff id of what it unpacks to. Returns
// what is in the platforms whose bytes are right.
std::map<Digest, image::ImageView> check_contents(const oci::ImageReader& reader,
                                                  const ImageParts& parts, size_t threads,
                                                  Verdict& verdict);

}  // namespace kiln::verification
