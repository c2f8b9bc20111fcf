// SPDX-License-Identifier: Apache-2.0
//
// The head of one suite: its Release file, fetched, verified, and found to be recent.
#pragma once
#include "packages/deb/archive.hpp"
#include "packages/deb/release.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

struct Suite {
  Release release;
  std::string url;                        // of the Release file
  Digest digest;                          // sha256 of the signed file
  std::vector<std::string> fingerprints;  // of good signatures
};

// Where the files of a suite lie on a mirror: "<mirror>/dists/trixie".
std::string suite_url(const Repository& repository, std::string_view mirror);

// Asks the mirrors in turn, conditionally where an earlier answer is in the store. Fails with
// unverified when the signature, suite, age or order of the file is not as it must be.
Result<Suite> load_suite(const Repository& repository, const ArchiveOptions& options, World& world);

}  // namespace kiln::packages::deb
