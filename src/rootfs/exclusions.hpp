// SPDX-License-Identifier: Apache-2.0
//
// Exclusions that break what the definition asks for. An exclusion satisfies every dependency on a
// name (docs/language.md), and mostly that is what is wanted: no maintainer script runs, so nobody
// misses what only they need. A program that cannot start is another matter.
#pragma once
#include "packages/distribution.hpp"
#include "rootfs/effects/effect.hpp"

#include <string>
#include <vector>

namespace kiln::rootfs {

// "curl needs libc6, which '!libc6' keeps out": for each package that the definition lists, that
// depends on an excluded name itself, and of which a program or library in the finished tree needs
// a library (DT_NEEDED) that no file of the tree has the name of. Names of packages that are no
// libraries are not meant: what a Java runtime lacks for a desktop, no `java-common` would give.
// Fails (corrupt) when a package's description cannot be read.
Result<std::vector<std::string>> exclusion_warnings(const packages::Distribution& distribution,
                                                    const definition::ImageSpec& spec,
                                                    const PackageList& packages, const Tree& tree,
                                                    const Rootfs& rootfs);

}  // namespace kiln::rootfs
