// SPDX-License-Identifier: Apache-2.0
//
// What changed since the previous image of the same name: a document that the control plane makes,
// since only it has both images. Its format: docs/formats/predicates.md.
#pragma once
#include "data/json.hpp"
#include "image/diff.hpp"
#include "model/platform.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::evidence {

struct PlatformChange {
  model::Platform platform;
  Digest current;
  std::optional<Digest> previous;                // nothing: the platform is new
  std::optional<image::ImageDiff> difference{};  // nothing: new, or the same manifest
};

// The predicate, as canonical JSON. `previous` is the digest by which the previous image is known.
std::string changelog(const Digest& previous, const std::vector<PlatformChange>& platforms);

}  // namespace kiln::evidence
