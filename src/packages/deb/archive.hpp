// SPDX-License-Identifier: Apache-2.0
//
// Loading the package lists of archives. Every link of the chain is checked before the next is
// used, and an error says which one broke: the signature of the Release file, its age, its being
// newer than the one seen last, the size and hash of each list.
#pragma once
#include "packages/archives.hpp"
#include "packages/deb/repository.hpp"
#include "packages/deb/universe.hpp"
#include "world/world.hpp"

#include <memory>
#include <span>
#include <string>

namespace kiln::packages::deb {

// The packages of all repositories for one architecture. With world.offline only the store is
// used. Fails with unverified, not_found (an architecture or component that a suite does not have,
// a file that no mirror or, offline, the store has), corrupt or network. The world must outlive the
// universe, which looks around in it when a package is missing.
Result<std::unique_ptr<DebUniverse>> load(std::span<const Repository> repositories,
                                          const std::string& architecture,
                                          const ArchiveOptions& options, World& world);

}  // namespace kiln::packages::deb
