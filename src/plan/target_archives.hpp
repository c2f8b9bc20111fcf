// SPDX-License-Identifier: Apache-2.0
//
// The archives that a definition's target is built from: Debian's own, and those that the
// definition adds, with the keys that may sign each. Which keys those are:
//
//   - an entry with signed-by: all keyrings of the definition (they are not paired with entries),
//     and Debian's keys if it names Debian's keyring
//   - an entry without signed-by: Debian's keys
//   - every entry: the keys that the user adds
#pragma once
#include "definition/image_spec.hpp"
#include "packages/deb/repository.hpp"
#include "plan/plan.hpp"
#include "plan/rewrites.hpp"
#include "world/world.hpp"

#include <string>
#include <vector>

namespace kiln::plan {

struct ArchiveChoices {
  std::vector<std::string> mirrors;           // used instead of deb.debian.org/debian
  std::vector<std::string> security_mirrors;  // used instead of deb.debian.org/debian-security
  std::vector<Rewrite> rewrites;              // of the definition's repositories and keyrings
  std::vector<std::string> repositories;      // further ones, as sources.list lines
  std::vector<std::string> keys;              // trusted for every repository: OpenPGP key blobs
  Path catalog_root;                          // what keyring paths are relative to
};

struct TargetArchives {
  std::string architecture;  // in the distribution's words
  std::vector<packages::deb::Repository> repositories;
  std::vector<Rewrite> rewrites;  // those used
  // Of a dev image: the definition's repositories that were not left out, as it names them. Where a
  // rewrite fetched them from is the builder's business, as its mirrors are.
  AptSources apt_sources;
};

// Keyrings are fetched over https (and remembered, for offline runs) or read from file URLs and
// paths below the catalog's root. Fails with unsupported for a distribution or platform that
// cannot be built, and with bad_input for entries that cannot be read or have no key.
Result<TargetArchives> target_archives(const definition::ImageSpec& spec,
                                       const ArchiveChoices& choices, World& world);

}  // namespace kiln::plan
