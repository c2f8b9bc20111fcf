// SPDX-License-Identifier: Apache-2.0
//
// The part of an index that one platform needs.
#pragma once
#include "model/platform.hpp"
#include "oci/reader.hpp"

#include <vector>

namespace kiln::publish {

struct PlatformRoot {
  oci::Descriptor manifest;
  // Manifests in the index that are about that one and say so themselves, as BuildKit makes them.
  std::vector<oci::Descriptor> attestations;
};

// Fails with not_found, naming what there is, when the image is not for that platform.
Result<PlatformRoot> platform_root(const oci::ImageReader& reader, const oci::Descriptor& root,
                                   const model::Platform& platform);

}  // namespace kiln::publish
