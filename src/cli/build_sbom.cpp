// SPDX-License-Identifier: Apache-2.0
#include "cli/build_sbom.hpp"

#include <array>

namespace kiln::cli {

Result<std::vector<sbom::WrittenDocument>> build_sboms(
    const plan::LockedPlan& locked, const Built& built, const sbom::Authorship& authorship,
    std::span<const sbom::Format> formats, Session& session, const MakeOptions& options) {
  World& world = *TRY(session.world());
  auto make = [&]() -> Result<sbom::Document> {
    std::array<const plan::LockedPlan*, 1> plans = {&locked};
    TRY(fetch_inputs(plans, session, options));
    rootfs::Inputs inputs = TRY(unpack_inputs(locked.plan, world));
    rootfs::Rootfs tree = TRY(rootfs::install(locked.plan, inputs, world.store));
    return sbom::from_build({locked, tree, built.image, inputs.packages}, authorship, world);
  };
  Digest key = sbom::build_key(locked, built.image.manifest_digest, authorship);
  return sbom::documents(key, formats, world, make);
}

}  // namespace kiln::cli
