// SPDX-License-Identifier: Apache-2.0
#include "rootfs/accounts.hpp"

#include "rootfs/audit.hpp"
#include "scene_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::rootfs {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::SamplePackage;
using testing::SceneTest;

class AccountsTest : public SceneTest {
 protected:
  AccountsTest() {
    spec.accounts.users = {{"nonroot", 65532, 65532}, {"_apt", 42, 65534}};
    spec.accounts.groups = {{"nonroot", 65532, {"nonroot", "x"}}};
  }
};

TEST_F(AccountsTest, RuntimeImagesHaveNoRootUnlessAsked) {
  add(SamplePackage("base-files").directory("home"));
  ASSERT_OK(make_accounts(scene));
  EXPECT_EQ(bytes("etc/passwd"),
            "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n"
            "_apt:x:42:65534:_apt:/nonexistent:/sbin/nologin\n");
  EXPECT_EQ(bytes("etc/group"), "nonroot:x:65532:nonroot,x\n");
  EXPECT_EQ(tree.find("etc/shadow")->mode, 0640U);
  EXPECT_EQ(tree.find("home/nonroot")->uid, 65532U);
  EXPECT_EQ(tree.find("home/_apt"), nullptr);
  EXPECT_EQ(tree.find("etc/passwd")->owners.front().str(), "definition accounts");
}

TEST_F(AccountsTest, RootGetsTheShellThatIsThere) {
  spec.accounts.root = true;
  ASSERT_OK(make_accounts(scene));
  EXPECT_THAT(bytes("etc/passwd"), HasSubstr("root:x:0:0:root:/root:/sbin/nologin\n"));
  add(SamplePackage("dash").file("bin/sh", "sh"));
  ASSERT_OK(unpacker.add_merged_links(0));
  ASSERT_OK(make_accounts(scene));
  EXPECT_THAT(bytes("etc/passwd"), HasSubstr("root:x:0:0:root:/root:/bin/sh\n"));
  EXPECT_EQ(tree.find("home"), nullptr);
}

TEST_F(AccountsTest, OsReleaseIsWrittenThroughTheLinkAndQuoted) {
  add(SamplePackage("base-files")
          .file("usr/lib/os-release", "NAME=old\n")
          .link("etc/os-release", "../usr/lib/os-release"));
  spec.os_release = {{"NAME", "Say \"$x\""}, {"ID", "debian"}};
  ASSERT_OK(make_os_release(scene));
  EXPECT_EQ(bytes("etc/os-release"), "NAME=\"Say \\\"\\$x\\\"\"\nID=\"debian\"\n");
  EXPECT_EQ(tree.find("usr/lib/os-release")->owners.front().str(), "package base-files");
  EXPECT_EQ(tree.find("usr/lib/os-release")->modifiers.front().str(), "definition os-release");
}

TEST_F(AccountsTest, OsReleaseIsThereWithoutBaseFiles) {
  spec.os_release = {{"ID", "debian"}};
  ASSERT_OK(make_os_release(scene));
  EXPECT_EQ(link("etc/os-release"), "../usr/lib/os-release");
}

TEST_F(AccountsTest, NumbersThatMeanSomethingElseToPackagesAreReported) {
  spec.accounts.groups.push_back({"www-data", 82, {}});
  spec.accounts.users.push_back({"app", 33, 33});
  add(SamplePackage("p").file("var/www", "x").owned_by(33, 33).file("plain", "x"));
  EXPECT_THAT(check_identities(scene),
              ElementsAre(HasSubstr("user app has the number 33, which packages give to www-data"),
                          HasSubstr("group www-data is 82 here and 33 in packages")));
}

TEST_F(AccountsTest, TheAuditNamesWhatMatters) {
  add(SamplePackage("p")
          .file("usr/bin/su", "x", 04755)
          .file("usr/bin/write", "x", 02755)
          .file("usr/bin/bash", "x", 0755)
          .link("usr/bin/sh", "bash")
          .file("usr/bin/apt-get", "x", 0755)
          .directory("tmp", 01777)
          .directory("open", 0777)
          .file("mine", "x")
          .owned_by(7, 65532));
  ASSERT_OK(make_accounts(scene));
  Audit found = audit(rootfs);
  EXPECT_THAT(found.setuid, ElementsAre("/usr/bin/su"));
  EXPECT_THAT(found.setgid, ElementsAre("/usr/bin/write"));
  EXPECT_THAT(found.shells, ElementsAre("/usr/bin/bash", "/usr/bin/sh"));
  EXPECT_THAT(found.package_managers, ElementsAre("/usr/bin/apt-get"));
  EXPECT_THAT(found.world_writable, ElementsAre("/open"));
  EXPECT_THAT(found.unnamed_ids, ElementsAre("gid 42 (/etc/gshadow)", "uid 7 (/mine)"));
}

}  // namespace
}  // namespace kiln::rootfs
