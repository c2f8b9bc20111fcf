// SPDX-License-Identifier: Apache-2.0
//
// The accounts and the name of an image, which its definition gives: /etc/passwd, group, shadow
// and gshadow, home directories, /etc/os-release.
#pragma once
#include "rootfs/effects/effect.hpp"

namespace kiln::rootfs {

// Writes the account files; users from uid 1000 on get /home/<name> when the image has a /home.
Result<> make_accounts(Scene& scene);

// Writes os-release(5) through the link that base-files ships, or both file and link.
Result<> make_os_release(Scene& scene);

// Warnings for users and groups whose numbers mean something else to the packages' files.
std::vector<std::string> check_identities(const Scene& scene);

}  // namespace kiln::rootfs
