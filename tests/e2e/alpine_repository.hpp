// SPDX-License-Identifier: Apache-2.0
//
// The signed Alpine 3.19 repositories of ../shared in the place of those on the web.
#pragma once
#include <string>
#include <vector>

namespace kiln::testing {

// Why images of Alpine cannot be built and started here; empty when they can.
std::string no_alpine();

// Flags of `build` that put a directory of ../shared/alpine ("iso", a closed repository, or
// "mirror/v3.19/main", a part of one) in the place of a release's main and of the public catalog's
// own repository, and leave everything else out that cannot be reached here.
std::vector<std::string> alpine_flags(const std::string& repository, const std::string& release);

}  // namespace kiln::testing
