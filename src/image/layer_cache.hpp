// SPDX-License-Identifier: Apache-2.0
//
// What the store remembers of layers that were made: from a recipe and an encoder to the digests.
//
//   record  kind "layer", key = hex SHA-256 of recipe-digest "\n" encoder-name
//           {"diff_id": digest, "digest": digest, "format": 1, "size": n, "tar_size": n}
//
// A record counts only while the blob that it names is in the store.
#pragma once
#include "image/encoder.hpp"
#include "image/press.hpp"
#include "store/store.hpp"

#include <optional>

namespace kiln::image {

std::optional<PressedLayer> find_layer(Store& store, const Digest& recipe, const Encoder& encoder);

Result<> remember_layer(Store& store, const Digest& recipe, const Encoder& encoder,
                        const PressedLayer& layer);

}  // namespace kiln::image
