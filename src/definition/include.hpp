// SPDX-License-Identifier: Apache-2.0
//
// `includes:` of a definition: other files that it is laid over. They are merged as YAML, before
// anything is given a meaning: mappings key by key, lists one after the other (in `packages` and
// `tags` an entry that is there already is not repeated), anything else is taken from the
// including file. Several includes are merged in their order, each over the ones before it; a file
// reached twice counts once.
#pragma once
#include "base/diagnostics.hpp"
#include "base/files.hpp"
#include "data/yaml.hpp"

#include <string>
#include <vector>

namespace kiln::definition {

// Replaces the key `includes` of `node`, which was read from `file`, by what the files named there
// (relative to `root`) hold. Adds these to `files`. Missing files, cycles and paths that leave the
// root are reported.
void merge_includes(YamlNode& node, const Path& file, const Path& root,
                    std::vector<std::string>& files, Diagnostics& diagnostics);

}  // namespace kiln::definition
