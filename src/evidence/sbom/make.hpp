// SPDX-License-Identifier: Apache-2.0
//
// Making the bill of materials: of what was just built, where everything is known, and of any
// image, from what it tells itself.
#pragma once
#include "evidence/sbom/document.hpp"
#include "image/image.hpp"
#include "image/inspect.hpp"
#include "model/namespace.hpp"
#include "packages/unpacked.hpp"
#include "plan/lock.hpp"
#include "rootfs/rootfs.hpp"
#include "world/world.hpp"

#include <memory>
#include <span>

namespace kiln::sbom {

// Who says it, and with which version of Kiln.
struct Authorship {
  Party author{"Kiln", "", std::string(model::k_uri_base), true};
  std::string tool_version;
};

struct BuildFacts {
  const plan::LockedPlan& locked;
  const rootfs::Rootfs& tree;
  const image::Image& image;
  // In the plan's order, as it was unpacked.
  std::span<const std::shared_ptr<const packages::UnpackedPackage>> packages;
};

// Of a build whose packages and payloads are in the store, which also remembers hashes and licences
// by package. Depends on the facts and authorship alone.
Result<Document> from_build(const BuildFacts& facts, const Authorship& authorship, World& world);

// Of any image, from its dpkg or apk databases, its copyright files and its files. `view` must have
// been read with SHA-1 hashes. With the lock of an image that Kiln built, packages get what the
// lock knows: where they come from, their digests, why they are there. A time that the image does
// not tell is `now`.
Result<Document> from_image(const image::ImageView& view, const plan::LockedPlan* locked,
                            const Authorship& authorship, UnixTime now);

}  // namespace kiln::sbom
