// SPDX-License-Identifier: Apache-2.0
//
// Making layers: the tars of recipes are cut into the encoder's chunks, which are made, hashed and
// compressed on all threads; what a layer's blob is does not depend on how many there are.
#pragma once
#include "image/encoder.hpp"
#include "image/recipe.hpp"
#include "world/world.hpp"

#include <vector>

namespace kiln::image {

struct PressedLayer {
  Digest diff_id;
  uint64_t tar_size = 0;
  Digest digest;
  uint64_t size = 0;
};

// Makes the blobs of all these recipes and puts them into the store. Holds less than 100 MiB of
// layer bytes at a time. Fails with interrupted when the world's `stop` was set.
Result<std::vector<PressedLayer>> press_layers(const std::vector<const Recipe*>& recipes,
                                               const Encoder& encoder, World& world);

}  // namespace kiln::image
