// SPDX-License-Identifier: Apache-2.0
//
// What systemd-tmpfiles would make for packages, with systemd-tmpfiles itself as the judge.
#include "rootfs/deb/scripts/account.hpp"
#include "scene_fixture.hpp"
#include "support/tools.hpp"

#include <set>

#include <gmock/gmock.h>

namespace kiln::rootfs::deb {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::SamplePackage;
using Verdict = ScriptAccount::Verdict;

class TemporaryFilesTest : public testing::SceneTest {
 protected:
  TemporaryFilesTest() { scene.effects_policy = 3; }

  static SamplePackage package(const std::string& lines) {
    SamplePackage made("lighttpd");
    made.file("usr/lib/tmpfiles.d/lighttpd.conf", lines)
        .control("postinst",
                 "#!/bin/sh\nset -e\n# Automatically added by dh_installtmpfiles/13.24.2\n"
                 "if [ \"$1\" = \"configure\" ] || [ \"$1\" = \"abort-upgrade\" ] || [ \"$1\" = "
                 "\"abort-deconfigure\" ] || [ \"$1\" = \"abort-remove\" ] ; then\n"
                 "\tif [ -x \"$(command -v systemd-tmpfiles)\" ]; then\n"
                 "\t\tsystemd-tmpfiles ${DPKG_ROOT:+--root=\"$DPKG_ROOT\"} --create lighttpd.conf "
                 "|| true\n\tfi\nfi\n# End automatically added section\n");
    return made;
  }

  ScriptAccount run(SamplePackage made) {
    add(made);
    rootfs.scripts = account_for_scripts(*packages.back(), scene.effects_policy);
    EXPECT_OK(run_effects(scene));
    return rootfs.scripts.front();
  }

  std::string at(std::string_view path) {
    const Node* node = tree.find(path);
    return node ? fmt::format("{:o} {}:{}", node->mode, node->uid, node->gid) : "absent";
  }
};

TEST_F(TemporaryFilesTest, DirectoriesOutsideRunAreMade) {
  spec.accounts.groups = {{.name = "adm2", .gid = 77, .members = {}}};
  ScriptAccount account =
      run(package("# a comment\n"
                  "d /run/lighttpd 0750 www-data www-data -\n"
                  "d /var/log/lighttpd 2750 www-data adm2 -\n"
                  "D\t/var/cache/lighttpd/\n"
                  "d /var/lib/a - 12 - -\n"));
  EXPECT_EQ(at("run/lighttpd"), "absent");
  EXPECT_EQ(at("var/log/lighttpd"), "2750 33:77");
  EXPECT_EQ(at("var/cache/lighttpd"), "755 0:0");
  EXPECT_EQ(at("var/lib/a"), "755 12:0");
  EXPECT_EQ(tree.find("var/lib/a")->owners.front().str(), "effect tmpfiles");
  EXPECT_EQ(account.verdict, Verdict::done);
  EXPECT_EQ(account.reason, "tmpfiles; files below /run are made when a container starts");
}

TEST_F(TemporaryFilesTest, OlderPoliciesMakeNothing) {
  scene.effects_policy = 2;
  EXPECT_EQ(run(package("d /var/log/lighttpd 0750 - -\n")).verdict, Verdict::needless);
  EXPECT_EQ(at("var/log/lighttpd"), "absent");
}

TEST_F(TemporaryFilesTest, RunAloneIsNeedless) {
  ScriptAccount account = run(package("d /run/x 0755 - -\nd /var/run/y\nR! /var/lib/z\n"));
  EXPECT_EQ(account.verdict, Verdict::needless);
  EXPECT_EQ(account.reason, "files below /run are made when a container starts");
}

TEST_F(TemporaryFilesTest, FilesLinksCopiesAndModes) {
  ScriptAccount account = run(package("z /etc/p.conf 0640 - 7\n"
                                      "Z /var/lib/p - 9 9\n"
                                      "f /var/lib/p/TAG - - - - Signature: 8a47\n"
                                      "d /var/lib/p 0700 :5 -\n"
                                      "L /etc/p.link - - - - ../usr/share/p\n"
                                      "C /etc/p.copy 0600 - - - /usr/share/p\n"
                                      "C /etc/p.none - - - - /usr/share/absent\n")
                                  .file("etc/p.conf", "x")
                                  .file("usr/share/p", "shared")
                                  .directory("var/lib/p")
                                  .file("var/lib/p/data", "d"));
  EXPECT_EQ(account.reason, "tmpfiles");
  EXPECT_EQ(at("etc/p.conf"), "640 0:7");
  EXPECT_EQ(at("var/lib/p"), "700 9:9");
  EXPECT_EQ(at("var/lib/p/data"), "644 9:9");
  EXPECT_EQ(bytes("var/lib/p/TAG"), "Signature: 8a47");
  EXPECT_EQ(link("etc/p.link"), "../usr/share/p");
  EXPECT_EQ(bytes("etc/p.copy"), "shared");
  EXPECT_EQ(at("etc/p.copy"), "600 0:0");
  EXPECT_EQ(at("etc/p.none"), "absent");
}

TEST_F(TemporaryFilesTest, WhatIsNotDoneIsTold) {
  for (const char* line :
       {"p /var/spool/nullmailer/trigger 622 mail root", "d /var/lib/%m 0755", "d /var/lib/x 99",
        "C /etc/varnish/secret 600 - - - /proc/sys/kernel/random/uuid", "d", "z /etc/*.conf 0600",
        "d /../x", "a+ /var/log - - - - group:adm:r", "z /etc/link 0644 7 7",
        "Z /etc/link 0644 7 7", "f+ /etc/link - - - - new", "d /etc/link", "e /etc/secret 0755",
        "d /etc/secret/below"}) {
    rootfs.nodes.clear();
    packages.clear();
    ScriptAccount account = run(package(std::string(line) + "\nd /var/lib/y 0711\n")
                                    .file("etc/secret", "s", 0600)
                                    .link("etc/link", "secret"));
    EXPECT_EQ(at("etc/secret"), "600 0:0") << line;
    EXPECT_EQ(bytes("etc/secret"), "s") << line;
    EXPECT_EQ(account.verdict, Verdict::not_understood) << line;
    EXPECT_EQ(account.reason, std::string("dh_installtmpfiles: ") + line);
    EXPECT_EQ(at("var/lib/y"), "711 0:0") << line;
  }
}

TEST_F(TemporaryFilesTest, MakesWhatSystemdTmpfilesMakes) {
  if (!kiln::testing::have_judge("systemd-tmpfiles")) GTEST_SKIP() << "no systemd-tmpfiles";
  if (::geteuid() != 0) GTEST_SKIP() << "owners can only be given by root";
  const std::string lines =
      "d /var/log/lighttpd 2750 33 4 -\nd /var/log/lighttpd/sub 0711\nD /var/cache/p\n"
      "d /var/lib/p 0700 :5 :6\nf /var/lib/p/TAG - - - - Signature: 8a47\nZ /var/lib/p - 9 9\n"
      "L /etc/p.link - - - - ../usr/share/p\nC /etc/p.copy 0600 - - - /usr/share/p\n"
      "f+ /etc/p.conf 0640 - - - new\nF /etc/p.key - - - - new\nf+ /etc/p.old :0640 - - - new\nz "
      "/usr/share/p :0400 8 -\nC /etc/p.none\n"
      "r /usr/share/p\ne /usr/share/q 0705 - 3\nd /run/p 0755\n";
  SamplePackage made = package(lines);
  made.file("usr/share/p", "shared")
      .directory("usr/share/q")
      .file("etc/p.conf", "old")
      .file("etc/p.key", "old", 0600)
      .file("etc/p.old", "old", 0600)
      .directory("var/lib/p")
      .file("var/lib/p/data", "d", 0600);
  Path root = Path(::testing::TempDir()) / fmt::format("tmpfiles-{}", ::getpid());
  add(made);
  write_to(root);
  kiln::testing::ToolRun judge = kiln::testing::run_tool(
      {"systemd-tmpfiles", "--root=" + root.string(), "--create", "lighttpd.conf"});
  EXPECT_EQ(judge.exit_code, 0) << judge.errors;
  ASSERT_OK(run_effects(scene));
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    std::string path = entry.path().lexically_relative(root).string();
    if (path.starts_with("run")) continue;
    there.insert(path);
    struct stat real{};
    ASSERT_EQ(::lstat(entry.path().c_str(), &real), 0);
    EXPECT_EQ(at(path), fmt::format("{:o} {}:{}", real.st_mode & 07777, real.st_uid, real.st_gid))
        << path;
    if (entry.is_symlink()) {
      EXPECT_EQ(link(path), std::filesystem::read_symlink(entry.path()));
    }
    if (S_ISREG(real.st_mode)) {
      EXPECT_EQ(bytes(path), kiln::testing::value(read_file(entry.path())));
    }
  }
  for (const auto& [path, node] : rootfs.nodes) EXPECT_TRUE(there.contains(path)) << path;
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace kiln::rootfs::deb
