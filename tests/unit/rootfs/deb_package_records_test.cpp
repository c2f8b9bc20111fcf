// SPDX-License-Identifier: Apache-2.0
//
// Effects policy 2: what scripts register with dpkg-statoverride and ucf, and what else policy 1
// left out.
#include "scene_fixture.hpp"
#include "support/tools.hpp"

#include <gmock/gmock.h>

namespace kiln::rootfs::deb {
namespace {

using testing::SamplePackage;
using testing::SceneTest;

class PackageRecords : public SceneTest {
 protected:
  PackageRecords() {
    spec.variant = "dev";
    spec.accounts = {.root = true,
                     .run_as = "root",
                     .users = {{"valkey", 100, 101}},
                     .groups = {{"valkey", 101, {}}, {"postgres", 102, {}}}};
  }

  void add_packages() {
    add(SamplePackage("ssl-cert").directory("etc/ssl").directory("etc/ssl/private", 0700));
    add(SamplePackage("valkey-server").file("etc/valkey/valkey.conf", "port 1\n"));
    add(SamplePackage("ucf").directory("var/lib/ucf"));
    add(SamplePackage("postgresql-common")
            .directory("etc/postgresql-common")
            .file("usr/share/postgresql-common/createcluster.conf", "ssl = on\n"));
  }
};

TEST_F(PackageRecords, AreThoseOfTheScripts) {
  scene.effects_policy = 2;
  add_packages();
  ASSERT_OK(run_effects(scene));
  // The image has no group ssl-cert; nobody runs it but root.
  EXPECT_EQ(bytes("var/lib/dpkg/statoverride"),
            "root #0 710 /etc/ssl/private\nvalkey valkey 640 /etc/valkey/valkey.conf\n");
  EXPECT_EQ(tree.find("etc/ssl/private")->mode, 0710U);
  EXPECT_EQ(tree.find("etc/valkey/valkey.conf")->mode, 0640U);
  EXPECT_EQ(bytes("var/lib/ucf/hashfile"),
            md5_hex("ssl = on\n") + "  /etc/postgresql-common/createcluster.conf\n");
  EXPECT_EQ(bytes("var/lib/ucf/registry"),
            "postgresql-common \t /etc/postgresql-common/createcluster.conf\n");
  EXPECT_EQ(bytes("var/lib/ucf/cache/:etc:postgresql-common:createcluster.conf"), "ssl = on\n");
  EXPECT_THAT(bytes("etc/postgresql-common/root.crt"), ::testing::StartsWith("This is a dummy"));
  EXPECT_EQ(tree.find("etc/apt/apt.conf.d/02autoremove-postgresql")->mode, 0444U);
}

TEST_F(PackageRecords, ARuntimeImageHasNone) {
  scene.effects_policy = 2;
  spec.variant = "runtime";
  spec.accounts.groups.push_back({"ssl-cert", 71, {}});
  add_packages();
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(tree.find("var/lib/dpkg/statoverride"), nullptr);
  EXPECT_EQ(bytes("var/lib/ucf/hashfile"), "");
  EXPECT_EQ(tree.find("etc/apt"), nullptr);
  EXPECT_EQ(tree.find("etc/ssl/private")->gid, 71U);
}

// A plan of policy 1 gives what it always gave.
TEST_F(PackageRecords, AreNotOfPolicyOne) {
  add_packages();
  ASSERT_OK(run_effects(scene));
  EXPECT_EQ(tree.find("var/lib/dpkg/statoverride"), nullptr);
  EXPECT_EQ(tree.find("etc/ssl/private")->mode, 0700U);
  EXPECT_EQ(bytes("var/lib/ucf/hashfile"), "");
  EXPECT_EQ(tree.find("etc/postgresql-common/root.crt"), nullptr);
}

TEST_F(PackageRecords, DpkgReadsThem) {
  NEED_TOOL("dpkg-statoverride");
  scene.effects_policy = 2;
  spec.accounts.users.clear();
  spec.accounts.groups.clear();
  add_packages();
  ASSERT_OK(run_effects(scene));
  auto directory = kiln::testing::value(TemporaryDirectory::create());
  ASSERT_OK(write_file(directory.path() / "statoverride", bytes("var/lib/dpkg/statoverride")));
  auto run = kiln::testing::run_tool(
      {"dpkg-statoverride", "--admindir", directory.path().string(), "--list"});
  EXPECT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, ::testing::HasSubstr("640 /etc/valkey/valkey.conf\n"));
}

}  // namespace
}  // namespace kiln::rootfs::deb
