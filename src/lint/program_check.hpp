// SPDX-License-Identifier: Apache-2.0
//
// Whether a container can start its program: the file that a word names, and all that the kernel
// and the dynamic loader look for to run it. The rules are in tree_checks.hpp.
#pragma once
#include "base/diagnostics.hpp"
#include "plan/plan.hpp"
#include "rootfs/tree.hpp"

#include <string>

namespace kiln::lint {

// `word` is the first of the image's entrypoint or command, which stands at `where`.
void check_program(const plan::Plan& plan, const rootfs::Tree& tree, const std::string& word,
                   const Location& where, Diagnostics& diagnostics);

}  // namespace kiln::lint
