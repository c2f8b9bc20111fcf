// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/identities.hpp"

#include "base/strings.hpp"

namespace kiln::rootfs {

namespace {

constexpr StaticIdentity k_users[] = {
    {"root", 0},  {"daemon", 1}, {"bin", 2},     {"sys", 3},       {"sync", 4},       {"games", 5},
    {"man", 6},   {"lp", 7},     {"mail", 8},    {"news", 9},      {"uucp", 10},      {"proxy", 13},
    {"list", 38}, {"irc", 39},   {"backup", 34}, {"www-data", 33}, {"nobody", 65534},
};

constexpr StaticIdentity k_groups[] = {
    {"root", 0},      {"daemon", 1},  {"bin", 2},         {"sys", 3},       {"adm", 4},
    {"tty", 5},       {"disk", 6},    {"lp", 7},          {"mail", 8},      {"news", 9},
    {"uucp", 10},     {"man", 12},    {"proxy", 13},      {"kmem", 15},     {"dialout", 20},
    {"fax", 21},      {"voice", 22},  {"cdrom", 24},      {"floppy", 25},   {"tape", 26},
    {"sudo", 27},     {"audio", 29},  {"dip", 30},        {"www-data", 33}, {"backup", 34},
    {"operator", 37}, {"list", 38},   {"irc", 39},        {"src", 40},      {"shadow", 42},
    {"utmp", 43},     {"video", 44},  {"sasl", 45},       {"plugdev", 46},  {"staff", 50},
    {"games", 60},    {"users", 100}, {"nogroup", 65534},
};

std::optional<uint32_t> find(std::span<const StaticIdentity> table, std::string_view name) {
  for (const StaticIdentity& one : table) {
    if (one.name == name) return one.id;
  }
  return std::nullopt;
}

}  // namespace

std::span<const StaticIdentity> static_users() {
  return k_users;
}

std::span<const StaticIdentity> static_groups() {
  return k_groups;
}

const definition::User* run_as_user(const definition::Accounts& accounts) {
  std::string_view name = accounts.run_as;
  name = name.substr(0, name.find(':'));
  auto number = parse_decimal(name);
  for (const definition::User& user : accounts.users) {
    if (user.name == name || (number && user.uid == *number)) return &user;
  }
  return nullptr;
}

uint32_t uid_for(std::string_view name, const definition::Accounts& accounts) {
  for (const definition::User& user : accounts.users) {
    if (user.name == name) return user.uid;
  }
  if (auto fixed = find(k_users, name)) return *fixed;
  const definition::User* user = run_as_user(accounts);
  return user ? user->uid : 0;
}

uint32_t gid_for(std::string_view name, const definition::Accounts& accounts) {
  for (const definition::Group& group : accounts.groups) {
    if (group.name == name) return group.gid;
  }
  if (auto fixed = find(k_groups, name)) return *fixed;
  const definition::User* user = run_as_user(accounts);
  return user ? user->gid : 0;
}

}  // namespace kiln::rootfs
