// SPDX-License-Identifier: Apache-2.0
//
// Which numbers the names in scripts stand for in an image, whose accounts come from its
// definition and not from packages.
#pragma once
#include "definition/image_spec.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace kiln::rootfs {

// A user or group whose number a distribution has fixed for good.
struct StaticIdentity {
  std::string_view name;
  uint32_t id;
};

// The number for a name: the definition's account of that name, else the one that the distribution
// has fixed, else the account that the image runs as, else root.
uint32_t uid_for(std::string_view user, std::span<const StaticIdentity> fixed_users,
                 const definition::Accounts& accounts);
uint32_t gid_for(std::string_view group, std::span<const StaticIdentity> fixed_groups,
                 const definition::Accounts& accounts);

}  // namespace kiln::rootfs
