// SPDX-License-Identifier: Apache-2.0
//
// The definition's `paths`: the last word on the tree. Entries apply in their order. Parents are
// found through links, inside the root, and made with the entry's ownership; the last component is
// never followed, so that an entry replaces a link and does not write through it.
#pragma once
#include "definition/image_spec.hpp"
#include "plan/plan.hpp"
#include "rootfs/tree.hpp"

#include <vector>

namespace kiln::rootfs {

// Fails (bad_input) when an entry cannot be applied: a file where a directory is, a source that the
// plan does not hold.
Result<> apply_paths(Tree& tree, const std::vector<definition::PathEntry>& entries,
                     const std::vector<plan::LocalSource>& sources, UnixTime created);

}  // namespace kiln::rootfs
