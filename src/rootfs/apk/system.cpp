// SPDX-License-Identifier: Apache-2.0
#include "rootfs/apk/system.hpp"

#include "packages/apk/architecture.hpp"
#include "rootfs/apk/effects/effects.hpp"
#include "rootfs/apk/package_database.hpp"
#include "rootfs/apk/scripts/account.hpp"
#include "rootfs/apk/unpack_rules.hpp"

namespace kiln::rootfs::apk {

namespace {

// alpine-baselayout-data's passwd and group.
constexpr StaticIdentity k_users[] = {
    {"root", 0},    {"bin", 1},        {"daemon", 2},    {"adm", 3},         {"lp", 4},
    {"sync", 5},    {"shutdown", 6},   {"halt", 7},      {"mail", 8},        {"news", 9},
    {"uucp", 10},   {"operator", 11},  {"man", 13},      {"postmaster", 14}, {"cron", 16},
    {"ftp", 21},    {"sshd", 22},      {"at", 25},       {"squid", 31},      {"xfs", 33},
    {"games", 35},  {"cyrus", 85},     {"vpopmail", 89}, {"ntp", 123},       {"smmsp", 209},
    {"guest", 405}, {"nobody", 65534},
};

constexpr StaticIdentity k_groups[] = {
    {"root", 0},      {"bin", 1},         {"daemon", 2},     {"sys", 3},       {"adm", 4},
    {"tty", 5},       {"disk", 6},        {"lp", 7},         {"mem", 8},       {"kmem", 9},
    {"wheel", 10},    {"floppy", 11},     {"mail", 12},      {"news", 13},     {"uucp", 14},
    {"man", 15},      {"cron", 16},       {"console", 17},   {"audio", 18},    {"cdrom", 19},
    {"dialout", 20},  {"ftp", 21},        {"sshd", 22},      {"input", 23},    {"at", 25},
    {"tape", 26},     {"video", 27},      {"netdev", 28},    {"readproc", 30}, {"squid", 31},
    {"xfs", 33},      {"kvm", 34},        {"games", 35},     {"shadow", 42},   {"cdrw", 80},
    {"www-data", 82}, {"usb", 85},        {"vpopmail", 89},  {"users", 100},   {"ntp", 123},
    {"nofiles", 200}, {"smmsp", 209},     {"locate", 245},   {"abuild", 300},  {"utmp", 406},
    {"ping", 999},    {"nogroup", 65533}, {"nobody", 65534},
};

}  // namespace

const System& alpine() {
  static constexpr System system{.distribution = "alpine",
                                 .newest_effects_policy = 3,
                                 .architecture = packages::apk::alpine_architecture,
                                 .users = k_users,
                                 .groups = k_groups,
                                 .account_for_scripts = account_for_scripts,
                                 .unpack_rules = unpack_rules,
                                 .simple_files = simple_files,
                                 .effects = effects,
                                 .make_package_database = make_package_database};
  return system;
}

}  // namespace kiln::rootfs::apk
