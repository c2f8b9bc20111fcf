// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with the files that an image would have, as far as it can be told without running
// them.
//
//   rule                   severity  says
//   entrypoint-missing     error     the program that a container starts is not in the image
//   entrypoint-mode        error     it is there and is no file that the image's user may execute
//   interpreter-missing    error     it is a script whose #! names something that is not there
//   library-missing        error     it is an ELF program, and a library it needs is not there
//   script-not-understood  warning   a maintainer script whose effect is not known
//   tree                   warning   what making the tree warns of: an exclusion that breaks a
//                                    listed package, packages that overlap
//   setuid                 warning   a setuid or setgid file in a runtime image
#pragma once
#include "base/diagnostics.hpp"
#include "definition/definition.hpp"
#include "plan/plan.hpp"
#include "rootfs/rootfs.hpp"
#include "store/store.hpp"

namespace kiln::lint {

void check_tree(const definition::Definition& definition, const plan::Plan& plan,
                rootfs::Rootfs& tree, Store& store, Diagnostics& diagnostics);

}  // namespace kiln::lint
