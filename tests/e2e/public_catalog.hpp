// SPDX-License-Identifier: Apache-2.0
//
// Definitions of the public catalog, unpacked from ../shared where it is present, built unchanged
// from Debian's own archive: the vendor's repository is dropped and its rebuilds' versions are
// taken as Debian's.
#pragma once
#include "base/files.hpp"
#include "support/containers.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::testing {

// The catalog's root; none when ../shared does not have it.
std::optional<Path> public_catalog();

// Whether the catalog, which may be a part of the whole one, has "curl/debian-13/8".
bool in_public_catalog(std::string_view definition);

// Flags of `build` that a definition of the public catalog needs here.
std::vector<std::string> public_catalog_flags();

// Built with these flags, loaded into the shared Podman.
std::string public_image(std::string_view definition);

}  // namespace kiln::testing

// Ends the test as skipped when the public catalog, or this definition of it, is not here.
#define NEED_DEFINITION(name)                                 \
  if (!::kiln::testing::public_catalog())                     \
    GTEST_SKIP() << "the public catalog is not in ../shared"; \
  if (!::kiln::testing::in_public_catalog(name))              \
  GTEST_SKIP() << (name) << " is not in the part of the public catalog that is here"
