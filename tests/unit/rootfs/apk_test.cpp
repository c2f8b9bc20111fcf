// SPDX-License-Identifier: Apache-2.0
//
// Alpine's rules for trees, each with packages made up for it. What apk 2.14 does with the like of
// them was tried; apk_oracle_test.cpp compares with real packages.
#include "base/strings.hpp"
#include "rootfs/apk/effects/effects.hpp"
#include "rootfs/apk/installed.hpp"
#include "rootfs/apk/package_database.hpp"
#include "rootfs/apk/scripts/account.hpp"
#include "rootfs/apk/system.hpp"
#include "rootfs/apk/unpack_rules.hpp"
#include "sample_package.hpp"
#include "support/golden.hpp"
#include "support/result_matchers.hpp"

#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::rootfs::apk {
namespace {

using kiln::testing::value;
using ::testing::HasSubstr;
using testing::SamplePackage;
using Verdict = ScriptAccount::Verdict;

SamplePackage package(const std::string& name, const std::string& fields = {}) {
  SamplePackage made(name, "1.0-r0", "x86_64");
  made.control(".PKGINFO", "pkgname = " + name + "\npkgver = 1.0-r0\narch = x86_64\n" + fields);
  return made;
}

class ApkTree : public ::testing::Test {
 protected:
  void give(SamplePackage& made) { packages_.push_back(made.build(contents_)); }
  void give(SamplePackage&& made) { give(made); }

  Result<> unpack() {
    Unpacker unpacker(tree_, 1, unpack_rules(packages_, 3));
    for (const auto& one : packages_) TRY(unpacker.add(one));
    return unpacker.add_merged_links(1234);
  }
  std::string bytes(std::string_view path) { return std::string(value(tree_.read(path))); }
  std::string link(std::string_view path) {
    const Node* node = tree_.find(path);
    return node && node->type == model::FileType::symlink ? node->link : "(no link)";
  }

  Rootfs rootfs_;
  MemoryContents contents_;
  Tree tree_{rootfs_, contents_};
  definition::ImageSpec spec_;
  PackageList packages_;
  packages::PackageSources repositories_;
  Scene scene_{.tree = tree_,
               .system = alpine(),
               .spec = spec_,
               .packages = packages_,
               .repositories = repositories_,
               .planned = {},
               .codename = "",
               .architecture = "x86_64",
               .created = 1234,
               .dropped_paths_policy = 1};
};

TEST_F(ApkTree, TheLaterPackageOfOneOriginHasTheFile) {
  give(package("a", "origin = o\n").directory("t").file("t/f", "1"));
  give(package("b", "origin = o\n").directory("t").file("t/f", "2"));
  ASSERT_OK(unpack());
  EXPECT_EQ(bytes("t/f"), "2");
}

TEST_F(ApkTree, ReplacesAndItsPriorityDecideWhoseFileItIs) {
  give(package("a").file("f", "a").file("g", "a").file("h", "a"));
  give(package("b", "replaces = a>0.5\n").file("f", "b"));
  give(package("c", "replaces = d\nreplaces_priority = 5\n").file("i", "c"));
  give(package("d", "replaces = c\n").file("i", "d"));
  give(package("e", "replaces = f\n").file("j", "e"));
  give(package("f", "replaces = e\n").file("j", "f"));
  ASSERT_OK(unpack());
  EXPECT_EQ(bytes("f"), "b");
  EXPECT_EQ(bytes("i"), "c") << "the greater priority";
  EXPECT_EQ(bytes("j"), "f") << "the later one";
}

TEST_F(ApkTree, AFileOfTwoStrangersIsAnErrorUnlessItIsTheSame) {
  give(package("a").file("f", "1").file("g", "1"));
  give(package("b").file("f", "1"));
  ASSERT_OK(unpack());
  EXPECT_EQ(tree_.find("f")->owners.front().name, "a");
  give(package("c", "replaces = a<0.5\n").file("g", "2"));
  auto result = unpack();
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("/g is in a 1.0-r0"));
}

TEST_F(ApkTree, ADirectoryIsTheLowestOwnersWithWhatAllAllow) {
  give(package("a").directory("t", 0755).directory("u", 0750).owned_by(5, 5));
  give(package("b").directory("t", 01777).directory("u", 0711).owned_by(3, 9));
  give(package("c").directory("u", 0700).owned_by(3, 4));
  ASSERT_OK(unpack());
  EXPECT_EQ(tree_.find("t")->mode, 0755U);
  EXPECT_EQ(tree_.find("u")->mode, 0700U);
  EXPECT_EQ(tree_.find("u")->uid, 3U);
  EXPECT_EQ(tree_.find("u")->gid, 4U);
}

TEST_F(ApkTree, OnlyAMergedReleaseHasItsProgramsInUsr) {
  give(package("musl").file("lib/ld-musl-x86_64.so.1", "l"));
  give(package("b").file("bin/b", "b"));
  ASSERT_OK(unpack());
  EXPECT_EQ(bytes("bin/b"), "b");
  EXPECT_EQ(tree_.find("usr"), nullptr);
}

TEST_F(ApkTree, AMergedReleaseHasLinksAndTheDatabaseBehindThem) {
  give(package("musl").file("usr/lib/ld-musl-x86_64.so.1", "l"));
  give(package("old").file("bin/b", "b").file("lib/firmware/x", "x"));
  ASSERT_OK(unpack());
  ASSERT_OK(make_package_database(scene_));
  EXPECT_EQ(link("lib"), "usr/lib");
  EXPECT_EQ(bytes("usr/bin/b"), "b");
  EXPECT_THAT(bytes("usr/lib/apk/db/installed"), HasSubstr("\nF:bin\nR:b\n"));
  EXPECT_EQ(bytes("lib/apk/db/installed"), bytes("usr/lib/apk/db/installed"));
}

TEST_F(ApkTree, TheDatabaseListsWhatIsThereAndWhoseItIs) {
  give(package("b", "origin = o\n").directory("t", 01777).file("t/f", "2", 04755).link("t/l", "f"));
  give(package("a", "origin = o\nlicense = MIT\n").directory("t").file("t/f", "1"));
  give(package("docs").directory("usr/share/man").file("usr/share/man/x", "page"));
  ASSERT_OK(unpack());
  ASSERT_OK(make_package_database(scene_));
  EXPECT_EQ(bytes("lib/apk/db/installed"),
            "C:\nP:a\nV:1.0-r0\nA:x86_64\nS:0\nI:0\nT:\nU:\nL:MIT\no:o\nF:t\nR:f\n\n"
            "C:\nP:b\nV:1.0-r0\nA:x86_64\nS:0\nI:0\nT:\nU:\nL:\no:o\nF:t\nM:0:0:1777\nR:l\n"
            "a:0:0:777\n\n"
            "C:\nP:docs\nV:1.0-r0\nA:x86_64\nS:0\nI:0\nT:\nU:\nL:\no:docs\nF:usr/share/man\n\n");
}

TEST_F(ApkTree, ExtendedAttributesHaveApksChecksum) {
  EXPECT_EQ(xattrs_checksum({{"user.b", "vb"}, {"user.a", "va"}}),
            "Q1RmQc7Kv49coOvO9JrA9ZGRJinPY=");
}

TEST_F(ApkTree, ANameThatNoDatabaseCanHoldIsAnError) {
  give(package("evil").file("t/a\nR:b", "1"));
  ASSERT_OK(unpack());
  EXPECT_FALSE(make_package_database(scene_));
}

TEST_F(ApkTree, DevImagesHaveWhatApkNeeds) {
  spec_.variant = "dev";
  spec_.packages = {value(definition::parse_package_request("b=1.0-r0")),
                    value(definition::parse_package_request("a"))};
  give(package("b", "depend = gone so:libx.so.1 !other\ntriggers = /bin /lib/*\n"));
  give(package("a", "provides = so:libx.so.1=1\n").control(".post-install", "#!/bin/sh\n"));
  ASSERT_OK(unpack());
  ASSERT_OK(make_package_database(scene_));
  EXPECT_THAT(bytes("lib/apk/db/installed"), HasSubstr("\nD:so:libx.so.1 !other\n"))
      << "what the definition cut would keep apk from installing anything";
  EXPECT_EQ(bytes("lib/apk/db/triggers"), " /bin /lib/*\n");
  EXPECT_THAT(bytes("lib/apk/db/scripts.tar"), HasSubstr("a-1.0-r0..post-install"));
  EXPECT_EQ(bytes("etc/apk/world"), "a\nb=1.0-r0\n");
  EXPECT_EQ(bytes("etc/apk/arch"), "x86_64\n");
}

// apk changes nothing in an image that its world does not fit.
TEST_F(ApkTree, WorldHasTheVersionThatWasTaken) {
  spec_.variant = "dev";
  spec_.packages = {value(definition::parse_package_request("b@own=2.0-r0")),
                    value(definition::parse_package_request("a~1"))};
  give(package("b"));
  give(package("a"));
  std::vector<plan::PlannedPackage> planned = {{packages_[0]->id, {}, 1},
                                               {packages_[1]->id, {}, 1}};
  scene_.planned = planned;
  ASSERT_OK(unpack());
  ASSERT_OK(make_package_database(scene_));
  EXPECT_EQ(bytes("etc/apk/world"), "a~1\nb@own=2.0-r0\n") << "as older plans have it";
  scene_.effects_policy = 3;
  ASSERT_OK(make_package_database(scene_));
  EXPECT_EQ(bytes("etc/apk/world"), "a~1\nb@own=1.0-r0\n");
}

TEST_F(ApkTree, AppletsGetTheNamesThatNothingElseHas) {
  std::string program = std::string(
                            "\x7f"
                            "ELF") +
                        '\0' + "/bin/busybox" + '\0' + "/bin/bbsuid" + '\0' + "/bin/su" + '\0' +
                        "/etc/shadow" + '\0';
  give(package("busybox")
           .file("bin/busybox", "x", 0755)
           .file("etc/busybox-paths.d/busybox",
                 "bin/ls\nbin/su\nusr/bin/[\nusr/bin/env\netc/passwd\n../../x\nbin/a/b\n"));
  give(package("busybox-suid").file("bin/bbsuid", program, 04111));
  give(package("coreutils").file("usr/bin/env", "real", 0755));
  ASSERT_OK(unpack());
  ASSERT_OK(run_effects(scene_));
  EXPECT_EQ(link("bin/ls"), "/bin/busybox");
  EXPECT_EQ(link("usr/bin/["), "/bin/busybox");
  EXPECT_EQ(link("bin/su"), "/bin/bbsuid");
  EXPECT_EQ(bytes("usr/bin/env"), "real");
  EXPECT_EQ(link("etc/passwd"), "(no link)");
  EXPECT_EQ(tree_.find("bin/a"), nullptr);
  EXPECT_EQ(tree_.find("tmp")->mode, 01777U);
}

TEST_F(ApkTree, ADevImageKnowsItsRepositoriesAndTheirKeys) {
  spec_.variant = "dev";
  repositories_.entries = {"https://a.example/v3.19/main", "@own https://b.example/x"};
  repositories_.keys = {{"own.rsa.pub", "PEM"}};
  give(package("apk-tools").file("etc/apk/keys/own.rsa.pub", "the package's"));
  ASSERT_OK(unpack());
  ASSERT_OK(run_effects(scene_));
  EXPECT_EQ(bytes("etc/apk/repositories"),
            "https://a.example/v3.19/main\n@own https://b.example/x\n");
  EXPECT_EQ(bytes("etc/apk/keys/own.rsa.pub"), "the package's");
  EXPECT_TRUE(tree_.find("etc/apk/keys/alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub"));
  repositories_.keys = {{"../evil", "PEM"}};
  EXPECT_FALSE(run_effects(scene_));
}

TEST_F(ApkTree, ADevImageHasTheKeysOfItsMachineAlone) {
  spec_.variant = "dev";
  scene_.effects_policy = 3;
  give(package("apk-tools").file("sbin/apk", "x"));
  ASSERT_OK(unpack());
  ASSERT_OK(run_effects(scene_));
  EXPECT_EQ(tree_.find("etc/apk/repositories"), nullptr);
  EXPECT_TRUE(tree_.find("etc/apk/keys/alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub"));
  EXPECT_FALSE(tree_.find("etc/apk/keys/alpine-devel@lists.alpinelinux.org-616ae350.rsa.pub"))
      << "it signs for aarch64";
}

TEST_F(ApkTree, ARuntimeImageHasNoRepositories) {
  repositories_.entries = {"https://a.example/v3.19/main"};
  give(package("apk-tools").file("sbin/apk", "x"));
  ASSERT_OK(unpack());
  ASSERT_OK(run_effects(scene_));
  EXPECT_EQ(tree_.find("etc/apk"), nullptr);
}

TEST_F(ApkTree, TheLastCloudIsConfigured) {
  give(package("tiny-cloud")
           .file("lib/tiny-cloud/tiny-cloud.conf", "# x\n#CLOUD=\nHOTPLUG_MODULES=a\nLOG=1\n"));
  give(package("tiny-cloud-nocloud"));
  give(package("tiny-cloud-alpine"));
  ASSERT_OK(unpack());
  ASSERT_OK(run_effects(scene_));
  EXPECT_EQ(bytes("etc/tiny-cloud.conf"), "# x\nCLOUD=alpine\n#HOTPLUG_MODULES=\nLOG=1\n");
}

TEST_F(ApkTree, TheListOfCertificatesLeadsNowhereElse) {
  give(package("ca-certificates")
           .file("etc/ca-certificates.conf", "# head\n!mozilla/no.crt\nmozilla/gone.crt\n")
           .file("usr/share/ca-certificates/mozilla/no.crt", "no certificate"));
  ASSERT_OK(unpack());
  ASSERT_OK(run_effects(scene_));
  EXPECT_EQ(bytes("etc/ssl/certs/ca-certificates.crt"), "");
  give(package("other", "replaces = ca-certificates\n")
           .file("etc/ca-certificates.conf", "../../../etc/shadow.crt\n"));
  ASSERT_OK(unpack());
  EXPECT_FALSE(run_effects(scene_));
}

TEST(ApkScripts, AreAccountedForByDigest) {
  MemoryContents contents;
  auto made = package("chrony")
                  .control(".pre-install", "#!/bin/sh\nrm -rf /\n")
                  .control(".post-install", "#!/bin/sh\n\n# nothing\nexit 0\n")
                  .control(".pre-upgrade", "#!/bin/sh\nmv a b\n")
                  .build(contents);
  auto accounts = account_for_scripts(*made, 3);
  ASSERT_EQ(accounts.size(), 3U);
  EXPECT_EQ(accounts[0].verdict, Verdict::not_understood);
  EXPECT_EQ(accounts[0].reason, "rm -rf /");
  EXPECT_EQ(accounts[1].verdict, Verdict::empty);
  EXPECT_EQ(accounts[2].verdict, Verdict::needless);
}

TEST(ApkTable, EveryEffectIsInTheManual) {
  std::string text = kiln::testing::golden("../../docs/effects.md");
  std::set<std::string_view> names;
  for (const Effect& effect : effects()) names.insert(effect.name);
  for (const SimpleFile& row : simple_files()) names.insert(row.package);
  for (std::string_view name : names)
    EXPECT_THAT(text, HasSubstr(fmt::format("`{}`", name))) << "docs/effects.md lacks it";
}

}  // namespace
}  // namespace kiln::rootfs::apk
