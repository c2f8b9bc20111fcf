// SPDX-License-Identifier: Apache-2.0
#include "base/process.hpp"
#include "rootfs/deb/package_database.hpp"
#include "scene_fixture.hpp"

#include <gmock/gmock.h>

namespace kiln::rootfs::deb {
namespace {

using kiln::testing::value;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SamplePackage;
using testing::SceneTest;

class PackageDatabaseTest : public SceneTest {
 protected:
  void add_packages() {
    add(SamplePackage("libx", "1:2.0-1")
            .field("Maintainer", "M <m@x>")
            .field("Multi-Arch", "same")
            .field("Provides", "x-api (= 2)")
            .field("Description", "a library\n with two lines")
            .file("usr/lib/libx.so.1", "x")
            .control("md5sums", "abc  usr/lib/libx.so.1\n")
            .control("triggers", "activate-noawait ldconfig\n"));
    add(SamplePackage("app", "3")
            .field("Maintainer", "M <m@x>")
            .field("Depends", "libx (>= 1), cut-away | also-cut, x-api")
            .field("Description", "a program")
            .directory("bin")
            .file("bin/app", "app", 0755)
            .file("etc/app.conf", "conf")
            .control("conffiles", "/etc/app.conf\n")
            .control("postinst", "#!/bin/sh\n")
            .control("triggers", "interest-noawait /usr/lib/plugins\ninterest app-cache\n"));
  }
};

TEST_F(PackageDatabaseTest, RuntimeImagesHaveAStanzaForEachPackage) {
  add_packages();
  ASSERT_OK(make_package_database(scene, {}));
  EXPECT_THAT(bytes("var/lib/dpkg/status.d/libx"),
              ::testing::StartsWith("Package: libx\nStatus: install ok installed\n"
                                    "Version: 1:2.0-1\n"));
  EXPECT_EQ(bytes("var/lib/dpkg/status.d/libx.md5sums"), "abc  usr/lib/libx.so.1\n");
  EXPECT_EQ(tree.find("var/lib/dpkg/status.d/app.md5sums"), nullptr);
  EXPECT_EQ(tree.find("var/lib/dpkg/status"), nullptr);
}

TEST_F(PackageDatabaseTest, DevImagesHaveDpkgsOwnDatabase) {
  spec.variant = "dev";
  add_packages();
  ASSERT_OK(make_package_database(scene, {{"usr/bin/a", "usr/bin/b", "app"}}));
  std::string status = bytes("var/lib/dpkg/status");
  EXPECT_THAT(status, HasSubstr("Depends: libx (>= 1), x-api\n"));
  EXPECT_THAT(status, HasSubstr("Conffiles:\n /etc/app.conf " + md5_hex("conf") + "\n"));
  EXPECT_EQ(bytes("var/lib/dpkg/info/app.list"), "/.\n/bin\n/bin/app\n/etc/app.conf\n");
  EXPECT_EQ(tree.find("var/lib/dpkg/info/app.postinst")->mode, 0755U);
  EXPECT_NE(tree.find("var/lib/dpkg/info/libx:amd64.list"), nullptr);
  EXPECT_EQ(bytes("var/lib/dpkg/triggers/File"), "/usr/lib/plugins app/noawait\n");
  EXPECT_EQ(bytes("var/lib/dpkg/triggers/app-cache"), "app\n");
  EXPECT_EQ(bytes("var/lib/dpkg/diversions"), "/usr/bin/a\n/usr/bin/b\napp\n");
}

TEST_F(PackageDatabaseTest, DpkgFindsNothingToComplainAbout) {
  Result<ProcessResult> version = run_process({.arguments = {"dpkg-query", "--version"}});
  if (!version || version->exit_code != 0) GTEST_SKIP() << "needs dpkg";
  spec.variant = "dev";
  add_packages();
  ASSERT_OK(make_package_database(scene, {}));
  TemporaryDirectory root = value(TemporaryDirectory::create());
  write_to(root.path());
  auto run = [&](std::vector<std::string> arguments) {
    arguments.insert(arguments.begin() + 1,
                     "--admindir=" + (root.path() / "var/lib/dpkg").string());
    return value(run_process({.arguments = std::move(arguments)}));
  };
  ProcessResult audit = run({"dpkg", "--audit"});
  EXPECT_EQ(audit.output + audit.error_output, "");
  ProcessResult search = run({"dpkg-query", "-S", "/usr/lib/libx.so.1"});
  EXPECT_EQ(search.output, "libx:amd64: /usr/lib/libx.so.1\n");
  ProcessResult show = run({"dpkg-query", "-W"});
  EXPECT_EQ(show.output, "app\t3\nlibx:amd64\t1:2.0-1\n");
  ProcessResult conffiles = run({"dpkg-query", "-W", "-f=${Conffiles}", "app"});
  EXPECT_THAT(conffiles.output, HasSubstr("/etc/app.conf"));
  EXPECT_THAT(show.error_output, Not(HasSubstr("warning")));
}

}  // namespace
}  // namespace kiln::rootfs::deb
