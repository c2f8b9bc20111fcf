// SPDX-License-Identifier: Apache-2.0
//
// The whole against the reference: mmdebstrap installs real packages with all their scripts; Kiln
// makes a tree of the same .debs without them. What differs must be in the list below, which is the
// last part of docs/effects.md, line by line.
#include "base/strings.hpp"
#include "describe.hpp"
#include "packages/deb/unpack.hpp"
#include "rootfs/dropped_paths.hpp"
#include "rootfs/install.hpp"
#include "rootfs/tree.hpp"
#include "support/test_world.hpp"
#include "support/tools.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln::rootfs {
namespace {

namespace fs = std::filesystem;
using kiln::testing::value;
using model::FileType;

constexpr std::string_view k_allowed[] = {
    // services
    "etc/rc?.d/**",
    "etc/systemd/**",
    "var/lib/systemd/**",
    // records, locks, backups and configuration of the tools that installed
    "var/log/wtmp",
    "var/log/btmp",
    "var/log/lastlog",
    "var/log/faillog",
    "etc/.pwd.lock",
    "etc/passwd-",
    "etc/group-",
    "etc/shadow-",
    "etc/gshadow-",
    "var/lib/dpkg/*-old",
    "var/lib/dpkg/lock*",
    "var/lib/dpkg/triggers/Lock",
    "var/lib/apt/**",
    "var/cache/**",
    "etc/apt/sources.list",
    "etc/apt/sources.list.d/debian.sources",
    "etc/fstab",
    "etc/hostname",
    "etc/resolv.conf",
    "etc/apt/apt.conf.d/99mmdebstrap",
    "etc/dpkg/dpkg.cfg.d/left-out",
    "var/lib/dpkg/arch",
    "var/lib/dpkg/status",
    "var/lib/dpkg/info/*.list",
    "var/lib/dpkg/diversions",
    // the definition's
    "etc/passwd",
    "etc/group",
    "etc/shadow",
    "etc/gshadow",
    "usr/lib/os-release",
    "home/nonroot",
    // alternatives of manual pages, byte code, locales
    "etc/alternatives/*.gz",
    "var/lib/dpkg/alternatives/*.gz",
    "**/__pycache__",
    "**/__pycache__/**",
    "var/lib/python",
    "var/lib/python/*",
    "etc/python3",
    "etc/python3/debian_config",
    "etc/locale.gen",
    "etc/default/locale",
    "etc/locale.conf",
    // the same certificates in another order and with another date
    "etc/ssl/certs/java/cacerts",
    // kernel's
    "dev/**",
    "proc/**",
    "sys/**",
};

bool is_allowed(const std::string& path) {
  return std::ranges::any_of(k_allowed,
                             [&](std::string_view pattern) { return glob_match(pattern, path); });
}

class Differential : public ::testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(Differential, TheTreeIsMmdebstrapsButForWhatIsListed) {
  auto [codename, include] = GetParam();
  if (std::getenv("KILN_TEST_DEBIAN") == nullptr || ::geteuid() != 0) {
    GTEST_SKIP() << "needs root and KILN_TEST_DEBIAN=1: installs packages from the network";
  }
  NEED_TOOL("mmdebstrap");
  kiln::testing::TestWorld world;
  fs::path root = world.directory() / "root", debs = world.directory() / "debs";
  fs::create_directory(debs);
  auto run = kiln::testing::run_tool(
      {"mmdebstrap", "--mode=root", "--variant=minbase", "--include=" + include,
       "--skip=essential/unlink", "--aptopt=APT::Install-Recommends \"false\"",
       "--customize-hook=cp \"$1\"/var/cache/apt/archives/*.deb " + debs.string(), codename,
       root.string(), "http://deb.debian.org/debian"});
  ASSERT_EQ(run.exit_code, 0) << run.errors;

  Inputs inputs;
  plan::Plan plan;
  plan.distribution = "debian";
  plan.codename = codename;
  plan.spec.variant = "dev";
  plan.spec.accounts = {true, "root", {{"nonroot", 65532, 65532}}, {{"nonroot", 65532, {}}}};
  plan.spec.os_release = {{"ID", "debian"}};
  for (const std::string& name : value(list_directory(debs))) {
    Digest digest = value(world.store().put(value(read_file(debs / name))));
    inputs.packages.push_back(value(packages::deb::unpack(digest, world)));
  }
  Rootfs rootfs = value(install(plan, inputs, world.store()));
  for (const ScriptAccount& script : rootfs.scripts) {
    EXPECT_NE(script.verdict, ScriptAccount::Verdict::not_understood)
        << script.package.name << " " << script.script << ": " << script.reason;
  }

  MemoryContents none;
  Tree tree(rootfs, none);
  std::set<std::string> theirs;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    std::string path = entry.path().lexically_relative(root);
    theirs.insert(path);
    FileType type = entry.is_symlink()     ? FileType::symlink
                    : entry.is_directory() ? FileType::directory
                                           : FileType::file;
    if (is_allowed(path) || is_dropped(1, path, type)) continue;
    if (codename == "bookworm" && path == "etc/shells") continue;  // the same lines, reordered
    const Node* ours = tree.find(path);
    EXPECT_EQ(ours ? testing::describe(tree, *ours) : "absent", testing::describe(entry.path()))
        << path;
  }
  for (const auto& [path, node] : rootfs.nodes) {
    EXPECT_TRUE(theirs.contains(path) || is_allowed(path)) << path << " is only in Kiln's tree";
  }
}

INSTANTIATE_TEST_SUITE_P(
    Debian, Differential,
    ::testing::Values(
        std::pair{"trixie",
                  "ca-certificates,tzdata,openssl,git,curl,python3,nginx,netbase,gawk,"
                  "gnu-which,openjdk-21-jre-headless,xz-utils,gcc,less"},
        std::pair{"bookworm", "ca-certificates,tzdata,curl,netbase,libpam-runtime"}),
    [](const auto& parameter) { return parameter.param.first; });

}  // namespace
}  // namespace kiln::rootfs
