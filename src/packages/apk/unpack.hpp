// SPDX-License-Identifier: Apache-2.0
//
// Decoding an apk once, as packages/deb/unpack.hpp does a .deb.
#pragma once
#include "packages/unpacked.hpp"
#include "world/world.hpp"

#include <memory>

namespace kiln::packages::apk {

// The package whose file is in the store under its digest, and which must be the one expected. Of a
// package that is for every architecture, whose index calls it one of its own, the id is the
// expected one. Fails with corrupt on a malformed or hostile file, limit on an absurd one,
// unverified when a link of the chain (apk_file.hpp) is broken or it is another package, and
// not_found when the store lacks the file.
Result<std::shared_ptr<const UnpackedPackage>> unpack(const model::PackageId& expected,
                                                      const Digest& package, World& world);

}  // namespace kiln::packages::apk
