// SPDX-License-Identifier: Apache-2.0
//
// What a misspelt path was probably meant to be.
#pragma once
#include "base/files.hpp"

#include <optional>
#include <string>

namespace kiln {

// For a path below `root` (a directory; empty is the working directory) that is not there: the same
// up to the first name that is missing, and instead of that the nearest one that is there. Nothing
// when no name is near, or the path is there.
std::optional<Path> near_path(const Path& root, const Path& path);

}  // namespace kiln
