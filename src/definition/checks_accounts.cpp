// SPDX-License-Identifier: Apache-2.0
//
// Accounts end up in /etc/passwd and /etc/group, so names are checked strictly.
#include "base/strings.hpp"
#include "definition/checks.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace kiln::definition {

namespace {

constexpr int64_t k_highest_id = 4294967294;  // 2^32 - 1 means "no id" to the kernel

void check_id(const Located<int64_t>& id, std::string_view key, SchemaReader& report) {
  if (id.value < 0 || id.value > k_highest_id)
    report.error("bad-id", id.where, fmt::format("\"{}\" cannot be {}", key, id.value),
                 "ids are numbers from 0 to 4294967294");
}

// What useradd accepts, a little wider: letters, digits, "_", ".", "-", not a number, not ending in
// anything that splits a line of passwd.
void check_name(const Text& name, std::string_view what, SchemaReader& report) {
  bool fits = !name.value.empty() && name.value.size() <= 32 && name.value.front() != '-' &&
              std::ranges::all_of(name.value, [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '.' || c == '-';
              });
  if (name.given() && !fits)
    report.error("bad-name", name.where,
                 fmt::format("\"{}\" cannot be the name of a {}", printable(name.value), what),
                 "use at most 32 letters, digits, \"_\", \".\" and \"-\"");
  else if (parse_decimal(name.value))
    report.warning("bad-name", name.where,
                   fmt::format("the name {} of a {} reads as an id", name.value, what));
}

std::string first_in_line(const Position& where) {
  return fmt::format("it stands first in line {}", where.line);
}

// A user or group that is repeated as it was is a warning, with other ids an error; an id under
// two names is legal and rarely meant.
template <typename Block, typename Same>
void check_unique(const std::vector<Block>& blocks, std::string_view what,
                  Located<int64_t> Block::* id, std::string_view id_name, Same same,
                  SchemaReader& report) {
  std::map<std::string_view, const Block*> names;
  std::map<int64_t, const Block*> ids;
  for (const Block& block : blocks) {
    auto [first, added] = names.emplace(block.name.value, &block);
    if (!added) {
      std::string advice = first_in_line(first->second->name.where);
      if (same(*first->second, block))
        report.warning("duplicate", block.name.where,
                       fmt::format("the {} \"{}\" stands twice", what, block.name.value), advice);
      else
        report.error(
            "duplicate", block.name.where,
            fmt::format("the {} \"{}\" stands twice, with different ids", what, block.name.value),
            advice);
      continue;
    }
    auto [owner, fresh] = ids.emplace((block.*id).value, &block);
    if (!fresh)
      report.warning(
          "duplicate", (block.*id).where,
          fmt::format("the {}s \"{}\" and \"{}\" both have the {} {}", what,
                      owner->second->name.value, block.name.value, id_name, (block.*id).value));
  }
}

void check_users(const AccountsBlock& accounts, SchemaReader& report) {
  check_unique(
      accounts.users, "user", &UserBlock::uid, "uid",
      [](const UserBlock& a, const UserBlock& b) { return a.uid == b.uid && a.gid == b.gid; },
      report);
  for (const UserBlock& user : accounts.users) {
    check_name(user.name, "user", report);
    check_id(user.uid, "uid", report);
    check_id(user.gid, "gid", report);
    check_mode(user.mode, report);
    bool known_gid =
        user.gid.value == 0 || std::ranges::any_of(accounts.groups, [&](const GroupBlock& group) {
          return group.gid.value == user.gid.value;
        });
    if (!known_gid && user.gid.given())
      report.warning(
          "unknown-gid", user.gid.where,
          fmt::format("no group has the gid {} of user \"{}\"", user.gid.value, user.name.value),
          "add it under groups:");
  }
}

void check_groups(const AccountsBlock& accounts, SchemaReader& report) {
  check_unique(
      accounts.groups, "group", &GroupBlock::gid, "gid",
      [](const GroupBlock& a, const GroupBlock& b) { return a.gid == b.gid; }, report);
  for (const GroupBlock& group : accounts.groups) {
    check_name(group.name, "group", report);
    check_id(group.gid, "gid", report);
    for (const Text& member : group.members) {
      bool known =
          member.value == "root" || std::ranges::any_of(accounts.users, [&](const UserBlock& user) {
            return user.name.value == member.value;
          });
      if (!known)
        report.warning("unknown-user", member.where,
                       fmt::format("the member \"{}\" of group \"{}\" is no user here",
                                   printable(member.value), group.name.value));
      if (member.value.find_first_of(":,\n\r") != std::string::npos || member.value.empty())
        report.error("bad-name", member.where,
                     fmt::format("\"{}\" cannot be the name of a user", printable(member.value)));
    }
  }
}

// run-as: user [ ":" group ], each a name or a number.
void check_run_as(const AccountsBlock& accounts, SchemaReader& report) {
  if (!accounts.run_as.given() || accounts.run_as.value.contains("${")) return;
  std::string_view group = accounts.run_as.value;
  std::string user(take_until(group, ':'));
  std::vector<std::string> users{"root"};
  for (const UserBlock& known : accounts.users) users.push_back(known.name.value);
  std::vector<std::string> groups{"root"};
  for (const GroupBlock& known : accounts.groups) groups.push_back(known.name.value);
  auto check_one = [&](std::string_view name, std::string_view what,
                       const std::vector<std::string>& known) {
    if (parse_decimal(name) || std::ranges::find(known, name) != known.end()) return;
    auto near_miss = nearest(name, known);
    report.error(
        "unknown-user", accounts.run_as.where,
        fmt::format("run-as names the {} \"{}\", which is not listed", what, printable(name)),
        near_miss ? fmt::format("did you mean \"{}\"?", *near_miss)
                  : fmt::format("add it under {}s:, or write a number", what));
  };
  check_one(user, "user", users);
  if (accounts.run_as.value.contains(':')) check_one(group, "group", groups);
}

}  // namespace

void check_accounts(const AccountsBlock& accounts, SchemaReader& report) {
  check_users(accounts, report);
  check_groups(accounts, report);
  check_run_as(accounts, report);
}

}  // namespace kiln::definition
