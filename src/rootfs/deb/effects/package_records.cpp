// SPDX-License-Identifier: Apache-2.0
//
// What scripts register with dpkg-statoverride(1) and ucf(1), for dev images: without it an upgrade
// of the package would give a file its shipped mode back, or take a configuration file that nobody
// has touched for an edited one.
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/effects/identities.hpp"
#include "rootfs/system.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::rootfs::deb {

namespace {

struct StatOverride {
  std::string_view package;
  std::string_view user;
  std::string_view group;
  uint32_t mode;
  std::string_view path;
};

// As their postinst scripts call dpkg-statoverride --update --add.
constexpr StatOverride k_overrides[] = {
    {"redis-server", "redis", "redis", 0640, "etc/redis/redis.conf"},
    {"ssl-cert", "root", "ssl-cert", 0710, "etc/ssl/private"},
    {"valkey-server", "valkey", "valkey", 0640, "etc/valkey/valkey.conf"},
};

struct UcfFile {
  std::string_view package;
  std::string_view path;
};

constexpr UcfFile k_ucf_files[] = {
    {"postgresql-common", "etc/postgresql-common/createcluster.conf"},
};

// A name only where the image knows it: dpkg fails on others, and takes "#" and a number instead.
template <typename Account>
std::string name_or_number(std::string_view name, uint32_t number,
                           const std::vector<Account>& known, bool root_is_known) {
  bool is_known =
      name == "root" ? root_is_known : std::ranges::any_of(known, [&](const Account& account) {
        return account.name == name;
      });
  return is_known ? std::string(name) : fmt::format("#{}", number);
}

}  // namespace

Result<> make_stat_overrides(Scene& scene, Maker& maker) {
  if (!scene.is_dev()) return {};
  const definition::Accounts& accounts = scene.spec.accounts;
  std::string text;
  for (const StatOverride& row : k_overrides) {
    if (!scene.package(row.package) || !maker.exists(row.path)) continue;
    uint32_t uid = uid_for(row.user, scene.system.users, accounts);
    uint32_t gid = gid_for(row.group, scene.system.groups, accounts);
    text += fmt::format(
        "{} {} {:o} /{}\n", name_or_number(row.user, uid, accounts.users, accounts.root),
        name_or_number(row.group, gid, accounts.groups, accounts.root), row.mode, row.path);
  }
  if (text.empty()) return {};
  return maker.file("var/lib/dpkg/statoverride", std::move(text), {0644});
}

// The files of /var/lib/ucf: hashfile as md5sum writes it, registry as ucfr does, and the version
// that the package gave.
Result<> make_ucf_records(Scene& scene, Maker& maker) {
  if (!scene.is_dev()) return {};
  std::string hashes;
  std::string registry;
  for (const UcfFile& row : k_ucf_files) {
    if (!scene.package(row.package) || !maker.exists(row.path)) continue;
    std::string bytes(TRY(scene.tree.read(row.path)));
    hashes += fmt::format("{}  /{}\n", md5_hex(bytes), row.path);
    registry += fmt::format("{} \t /{}\n", row.package, row.path);
    std::string name = fmt::format("/{}", row.path);
    std::ranges::replace(name, '/', ':');
    TRY(maker.file("var/lib/ucf/cache/" + name, std::move(bytes), {0644}));
  }
  if (hashes.empty()) return {};
  TRY(maker.file("var/lib/ucf/hashfile", std::move(hashes), {0644}));
  return maker.file("var/lib/ucf/registry", std::move(registry), {0644});
}

}  // namespace kiln::rootfs::deb
