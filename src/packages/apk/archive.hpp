// SPDX-License-Identifier: Apache-2.0
//
// Loading the indexes of Alpine repositories. Each is fetched, its signature checked against the
// trusted keys before anything in it is read, and its text kept in the store.
#pragma once
#include "packages/apk/keys.hpp"
#include "packages/apk/repository.hpp"
#include "packages/apk/universe.hpp"
#include "packages/archives.hpp"
#include "world/world.hpp"

#include <memory>
#include <span>
#include <string>

namespace kiln::packages::apk {

// The packages of all repositories for one architecture ("x86_64"). With world.offline only the
// store is used. Fails with unverified, not_found, corrupt or network, and names the repository.
Result<std::unique_ptr<ApkUniverse>> load(std::span<const Repository> repositories,
                                          const std::string& architecture,
                                          std::span<const NamedKey> keys,
                                          const ArchiveOptions& options, World& world);

}  // namespace kiln::packages::apk
