// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "packages/unpacked.hpp"
#include "plan/plan.hpp"
#include "rootfs/contents.hpp"
#include "rootfs/rootfs.hpp"
#include "store/store.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kiln::rootfs {

// Everything a plan names, at hand: packages in the plan's order, and the store that holds their
// payloads and the local sources as blobs.
struct Inputs {
  std::vector<std::shared_ptr<const packages::UnpackedPackage>> packages;
};

// The tree that the plan describes: packages unpacked in order, native effects, accounts,
// os-release, package database, and the definition's paths last. Runs no code of any package.
// Depends on the plan and its inputs alone.
Result<Rootfs> install(const plan::Plan& plan, const Inputs& inputs, Store& store);

// The same, with the bytes from elsewhere.
Result<Rootfs> install(const plan::Plan& plan, const Inputs& inputs, Contents& contents);

}  // namespace kiln::rootfs
