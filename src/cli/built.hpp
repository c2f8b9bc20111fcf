// SPDX-License-Identifier: Apache-2.0
//
// Images that were made, remembered by their plan's digest, so that a build of a plan that was
// built before does nothing but write its output.
#pragma once
#include "cli/report.hpp"
#include "image/image.hpp"
#include "store/store.hpp"

#include <optional>

namespace kiln::cli {

struct Built {
  image::Image image;
  Report report;
};

// What the store remembers of a plan; nothing when it lacks the record or a layer of the image.
std::optional<Built> find_built(Store& store, const Digest& plan);

Result<> remember_built(Store& store, const Digest& plan, const Built& built);

}  // namespace kiln::cli
