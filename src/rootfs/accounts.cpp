// SPDX-License-Identifier: Apache-2.0
#include "rootfs/accounts.hpp"

#include "base/strings.hpp"
#include "rootfs/system.hpp"

#include <map>

#include <fmt/format.h>

namespace kiln::rootfs {

namespace {

using definition::Accounts;
using definition::Group;
using definition::User;

constexpr uint32_t k_first_person = 1000;
constexpr uint32_t k_nobody = 65534;
constexpr uint32_t k_shadow_group = 42;

// The shell root gets: the best one that the image has.
std::string_view root_shell(const Tree& tree) {
  if (tree.follow("bin/bash")) return "/bin/bash";
  if (tree.follow("bin/sh")) return "/bin/sh";
  return "/sbin/nologin";
}

std::string home_of(const User& user) {
  return user.name == "_apt" ? "/nonexistent" : "/home/" + user.name;
}

std::string passwd(const Accounts& accounts, std::string_view shell) {
  std::string text;
  if (accounts.root) text = fmt::format("root:x:0:0:root:/root:{}\n", shell);
  for (const User& user : accounts.users) {
    text += fmt::format("{0}:x:{1}:{2}:{0}:{3}:/sbin/nologin\n", user.name, user.uid, user.gid,
                        home_of(user));
  }
  return text;
}

std::string group(const Accounts& accounts) {
  std::string text;
  if (accounts.root) text = "root:x:0:\n";
  for (const Group& one : accounts.groups) {
    text += fmt::format("{}:x:{}:{}\n", one.name, one.gid, join(one.members, ","));
  }
  return text;
}

// No account has a password; the day of the last change is left empty, since it would be a time.
std::string shadow(const Accounts& accounts) {
  std::string text;
  if (accounts.root) text = "root:*::0:99999:7:::\n";
  for (const User& user : accounts.users) text += user.name + ":!::0:99999:7:::\n";
  return text;
}

std::string gshadow(const Accounts& accounts) {
  std::string text;
  if (accounts.root) text = "root:*::\n";
  for (const Group& one : accounts.groups) {
    text += fmt::format("{}:!::{}\n", one.name, join(one.members, ","));
  }
  return text;
}

// Inside double quotes a shell reads these characters specially.
std::string in_quotes(std::string_view value) {
  std::string out = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\' || c == '$' || c == '`') out += '\\';
    out += c;
  }
  return out + '"';
}

// What is odd about the accounts with regard to one number that packages' files carry.
template <typename List, typename IdOf>
std::string conflict(std::string_view kind, uint32_t id, std::span<const StaticIdentity> fixed,
                     const List& list, IdOf id_of) {
  for (const StaticIdentity& known : fixed) {
    if (known.id != id) continue;
    for (const auto& one : list) {
      if (one.name == known.name && id_of(one) != id) {
        return fmt::format("{} {} is {} here and {} in packages", kind, one.name, id_of(one), id);
      }
      if (one.name != known.name && id_of(one) == id) {
        return fmt::format("{} {} has the number {}, which packages give to {}", kind, one.name, id,
                           known.name);
      }
    }
  }
  return {};
}

}  // namespace

Result<> make_accounts(Scene& scene) {
  const Accounts& accounts = scene.spec.accounts;
  Maker maker(scene, {model::Owner::Kind::definition, "accounts"});
  TRY(maker.file("etc/passwd", passwd(accounts, root_shell(scene.tree)), {0644}));
  TRY(maker.file("etc/group", group(accounts), {0644}));
  TRY(maker.file("etc/shadow", shadow(accounts), {0640, 0, k_shadow_group}));
  TRY(maker.file("etc/gshadow", gshadow(accounts), {0640, 0, k_shadow_group}));
  if (!scene.tree.follow("home")) return {};
  for (const User& user : accounts.users) {
    if (user.uid < k_first_person || user.uid == k_nobody) continue;
    TRY(maker.directory("home/" + user.name, {0755, user.uid, user.gid}));
  }
  return {};
}

Result<> make_os_release(Scene& scene) {
  if (scene.spec.os_release.empty()) return {};
  std::string text;
  for (const auto& [name, value] : scene.spec.os_release)
    text += name + "=" + in_quotes(value) + "\n";
  Maker maker(scene, {model::Owner::Kind::definition, "os-release"});
  TRY(maker.file("usr/lib/os-release", text, {0644}));
  auto place = scene.tree.resolve("etc/os-release", Last::follow);
  if (place && *place == "usr/lib/os-release") return {};
  return maker.link("etc/os-release", "../usr/lib/os-release");
}

std::vector<std::string> check_identities(const Scene& scene) {
  std::map<uint32_t, std::string> users, groups;  // number -> a path that carries it
  for (const auto& [path, node] : scene.tree.rootfs().nodes) {
    if (node.owners.front().kind != model::Owner::Kind::package) continue;
    if (node.uid != 0) users.emplace(node.uid, path);
    if (node.gid != 0) groups.emplace(node.gid, path);
  }
  std::vector<std::string> warnings;
  auto add = [&](const std::string& text, const std::string& path) {
    if (!text.empty()) warnings.push_back(text + ", as on /" + path);
  };
  for (const auto& [id, path] : users) {
    add(conflict("user", id, scene.system.users, scene.spec.accounts.users,
                 [](const User& user) { return user.uid; }),
        path);
  }
  for (const auto& [id, path] : groups) {
    add(conflict("group", id, scene.system.groups, scene.spec.accounts.groups,
                 [](const Group& one) { return one.gid; }),
        path);
  }
  return warnings;
}

}  // namespace kiln::rootfs
