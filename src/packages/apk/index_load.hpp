// SPDX-License-Identifier: Apache-2.0
//
// Getting a repository's index into its compiled form: from the store when it is the one that was
// seen last, else fetched, its signature checked before anything in it is read, and compiled. Only
// an index that passes every check leaves anything in the store.
#pragma once
#include "packages/apk/freshness.hpp"
#include "packages/apk/keys.hpp"
#include "packages/apk/package_index.hpp"
#include "packages/apk/repository.hpp"
#include "packages/archives.hpp"
#include "world/world.hpp"

#include <memory>
#include <span>
#include <string>

namespace kiln::packages::apk {

struct LoadedIndex {
  PackageIndex index;
  std::shared_ptr<const void> keeper;  // owns the bytes
  std::string url;                     // of the signed file, as it was fetched
  Digest file;                         // its SHA-256
  std::string key;                     // name of the key that vouched for it
};

// Asks the repository's mirrors in turn. With world.offline only the store is used. Fails with
// unverified (a signature, or too old), not_found, corrupt, limit, unsupported or network.
Result<LoadedIndex> load_index(const Repository& repository, const std::string& architecture,
                               std::span<const NamedKey> keys, const ArchiveOptions& options,
                               World& world);

}  // namespace kiln::packages::apk
