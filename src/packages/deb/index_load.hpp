// SPDX-License-Identifier: Apache-2.0
//
// Getting one package list of a suite into its compiled form: from the store when it was compiled
// before, else fetched, checked against the Release file, and compiled.
#pragma once
#include "packages/deb/suite.hpp"

#include <memory>
#include <string>

namespace kiln::packages::deb {

struct CompiledIndex {
  PackageIndex index;
  std::shared_ptr<const void> keeper;  // owns the bytes
  Digest digest;                       // sha256 of the list as the archive offers it
};

// `path` is the list's name below the suite's directory without a compression's suffix:
// "main/binary-amd64/Packages". Fails with not_found when the Release file does not have it, or no
// mirror (offline: the store) does; with unverified when size or hash are not as promised.
Result<CompiledIndex> load_index(const Repository& repository, const Suite& suite,
                                 const std::string& path, World& world);

}  // namespace kiln::packages::deb
