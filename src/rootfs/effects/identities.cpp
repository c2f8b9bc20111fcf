// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/identities.hpp"

#include "definition/run_as.hpp"

namespace kiln::rootfs {

namespace {

std::optional<uint32_t> find(std::span<const StaticIdentity> table, std::string_view name) {
  for (const StaticIdentity& one : table) {
    if (one.name == name) return one.id;
  }
  return std::nullopt;
}

}  // namespace

uint32_t uid_for(std::string_view name, std::span<const StaticIdentity> fixed_users,
                 const definition::Accounts& accounts) {
  for (const definition::User& user : accounts.users) {
    if (user.name == name) return user.uid;
  }
  if (auto fixed = find(fixed_users, name)) return *fixed;
  const definition::User* user = run_as_user(accounts);
  return user ? user->uid : 0;
}

uint32_t gid_for(std::string_view name, std::span<const StaticIdentity> fixed_groups,
                 const definition::Accounts& accounts) {
  for (const definition::Group& group : accounts.groups) {
    if (group.name == name) return group.gid;
  }
  if (auto fixed = find(fixed_groups, name)) return *fixed;
  const definition::User* user = run_as_user(accounts);
  return user ? user->gid : 0;
}

}  // namespace kiln::rootfs
