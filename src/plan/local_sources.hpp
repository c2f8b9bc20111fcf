// SPDX-License-Identifier: Apache-2.0
//
// Files of the catalog that a definition copies into its image. Only what lies below the catalog's
// root is read, also where a path goes through symbolic links.
#pragma once
#include "base/files.hpp"
#include "plan/plan.hpp"
#include "store/store.hpp"

#include <span>
#include <string>
#include <vector>

namespace kiln::plan {

// The bytes of one file. Fails with not_found, with bad_input when the path leads out of the root
// or to something that is no regular file, and with limit beyond `limit` bytes.
Result<std::string> read_local_file(const Path& root, std::string_view path, uint64_t limit);

// Puts the files of all paths into the store and lists them, sorted by path, each once. A directory
// stands for all files below it, whose directories must not be links.
Result<std::vector<LocalSource>> collect_sources(const Path& root,
                                                 std::span<const std::string> paths, Store& store);

}  // namespace kiln::plan
