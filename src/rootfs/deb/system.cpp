// SPDX-License-Identifier: Apache-2.0
#include "rootfs/deb/system.hpp"

#include "packages/deb/architecture.hpp"
#include "rootfs/deb/architecture.hpp"
#include "rootfs/deb/effects/effects.hpp"
#include "rootfs/deb/package_database.hpp"
#include "rootfs/deb/scripts/account.hpp"
#include "rootfs/deb/unpack_rules.hpp"

#include <algorithm>

namespace kiln::rootfs::deb {

namespace {

// Debian policy 9.2.2, base-passwd.
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

std::vector<Diversion> all_diversions(const PackageList& packages, int effects_policy) {
  std::vector<Diversion> diversions;
  for (const auto& package : packages)
    std::ranges::move(diversions_of(*package, effects_policy), std::back_inserter(diversions));
  return diversions;
}

Result<std::string> architecture(const model::Platform& platform) {
  std::string name = TRY(packages::deb::debian_architecture(platform));
  if (architecture_of(name)) return name;
  return fail(ErrorCode::unsupported, "no images are built for " + platform.str());
}

UnpackRules rules(const PackageList& packages, int effects_policy) {
  UnpackRules made = unpack_rules(all_diversions(packages, effects_policy));
  for (const auto& package : packages)
    if (diverts_in_an_unknown_way(*package, effects_policy))
      made.unknown_diverters.push_back(package->id.name);
  return made;
}

Result<> package_database(Scene& scene) {
  return make_package_database(scene, all_diversions(scene.packages, scene.effects_policy));
}

}  // namespace

const System& debian() {
  static constexpr System system{.distribution = "debian",
                                 .newest_effects_policy = 3,
                                 .architecture = architecture,
                                 .users = k_users,
                                 .groups = k_groups,
                                 .account_for_scripts = account_for_scripts,
                                 .unpack_rules = rules,
                                 .simple_files = simple_files,
                                 .effects = effects,
                                 .make_package_database = package_database};
  return system;
}

}  // namespace kiln::rootfs::deb
