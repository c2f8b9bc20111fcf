// SPDX-License-Identifier: Apache-2.0
//
// Decoding a .deb (deb(5)) once: its data archive goes decompressed into the store, everything that
// describes it is remembered in a record, and from then on both are simply there.
#pragma once
#include "packages/unpacked.hpp"
#include "world/world.hpp"

#include <memory>

namespace kiln::packages::deb {

// The package whose .deb is in the store under its digest, and which must be the one expected.
// Fails with corrupt on a malformed or hostile file, limit on an absurd one, unverified when it is
// another package than `expected`, and not_found when the store lacks the .deb.
Result<std::shared_ptr<const UnpackedPackage>> unpack(const model::PackageId& expected,
                                                      const Digest& package, World& world);

// The same for a file of which nothing is known but its digest.
Result<std::shared_ptr<const UnpackedPackage>> unpack(const Digest& package, World& world);

}  // namespace kiln::packages::deb
