// SPDX-License-Identifier: Apache-2.0
//
// The archives that a definition's target is built from: what its distribution makes of the
// definition's repositories and keyring, once the user's rewrites are applied and keys are fetched.
#pragma once
#include "definition/image_spec.hpp"
#include "packages/distribution.hpp"
#include "plan/plan.hpp"
#include "plan/rewrites.hpp"
#include "world/world.hpp"

#include <memory>
#include <string>
#include <vector>

namespace kiln::plan {

struct ArchiveChoices {
  // Base URLs used instead of an official archive, by its place: "deb.debian.org/debian".
  packages::Mirrors mirrors;
  std::vector<Rewrite> rewrites;          // of the definition's repositories and keyrings
  std::vector<std::string> repositories;  // further ones, in the distribution's notation
  std::vector<packages::KeyFile> keys;    // trusted for every repository
  Path catalog_root;                      // what keyring paths are relative to
};

struct TargetArchives {
  std::unique_ptr<packages::Archives> archives;
  std::vector<Rewrite> rewrites;  // those used
  // Of a dev image: the definition's repositories that were not left out, as it names them. Where a
  // rewrite fetched them from is the builder's business, as its mirrors are.
  packages::PackageSources of_image;
};

// Keyrings are fetched over https (and remembered, for offline runs) or read from file URLs and
// paths below the catalog's root. Fails with unsupported for a distribution or platform that
// cannot be built, and with bad_input for entries that cannot be read or have no key.
Result<TargetArchives> target_archives(const definition::ImageSpec& spec,
                                       const ArchiveChoices& choices, World& world);

}  // namespace kiln::plan
