// SPDX-License-Identifier: Apache-2.0
//
// dpkg's rules for what packages may share: a file of two packages needs a Replaces or the same
// content. Member paths below /bin, /sbin, /lib... are those below /usr (merged /usr), whatever
// the release's packages still say.
#pragma once
#include "rootfs/unpack.hpp"

#include <vector>

namespace kiln::rootfs::deb {

UnpackRules unpack_rules(std::vector<Diversion> diversions);

}  // namespace kiln::rootfs::deb
