// SPDX-License-Identifier: Apache-2.0
#include "rootfs/unpack.hpp"

#include "rootfs/deb/unpack_rules.hpp"
#include "sample_package.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::rootfs {
namespace {

using kiln::testing::value;
using model::FileType;
using testing::SamplePackage;

class UnpackTest : public ::testing::Test {
 protected:
  Result<> add(SamplePackage& package) { return unpacker.add(package.build(contents)); }
  const Node& at(std::string_view path) {
    const Node* node = tree.find(path);
    if (!node) throw std::runtime_error("nothing at " + std::string(path));
    return *node;
  }
  std::string bytes(std::string_view path) { return std::string(value(tree.read(path))); }

  Rootfs rootfs;
  MemoryContents contents;
  Tree tree{rootfs, contents};
  Unpacker unpacker{tree, 1,
                    deb::unpack_rules({{"usr/bin/tool", "usr/bin/tool.real", "diverter"}})};
};

TEST_F(UnpackTest, KeepsMetadataAndOwner) {
  ASSERT_OK(add(SamplePackage("p").directory("usr/bin").file("usr/bin/su", "x", 04755)));
  EXPECT_EQ(at("usr/bin/su").mode, 04755U);
  EXPECT_EQ(at("usr/bin/su").mtime, 1000);
  EXPECT_EQ(at("usr/bin/su").owners.front().str(), "package p");
  EXPECT_EQ(bytes("usr/bin/su"), "x");
}

TEST_F(UnpackTest, DirectoriesKeepTheFirstMetadataAndGainOwners) {
  ASSERT_OK(add(SamplePackage("a").directory("etc", 0700)));
  ASSERT_OK(add(SamplePackage("b").directory("etc", 0755)));
  EXPECT_EQ(at("etc").mode, 0700U);
  ASSERT_EQ(at("etc").owners.size(), 2U);
  EXPECT_EQ(at("etc").owners[1].name, "b");
}

TEST_F(UnpackTest, MembersBelowOldTopLevelNamesLieBelowUsr) {
  ASSERT_OK(
      add(SamplePackage("p").directory("bin").file("bin/bash", "b").file("lib64/ld.so", "l")));
  ASSERT_OK(unpacker.add_merged_links(5));
  EXPECT_EQ(at("usr/bin/bash").type, FileType::file);
  EXPECT_EQ(at("bin").link, "usr/bin");
  EXPECT_EQ(at("lib64").link, "usr/lib64");
  EXPECT_EQ(at("bin").owners.front().str(), "effect merged-usr");
  EXPECT_EQ(tree.find("sbin"), nullptr);
}

TEST_F(UnpackTest, ADirectoryMemberNeverReplacesALink) {
  ASSERT_OK(add(SamplePackage("base").link("bin", "usr/bin").directory("usr/bin")));
  ASSERT_OK(add(SamplePackage("old").directory("bin").file("bin/x", "1")));
  EXPECT_EQ(at("bin").type, FileType::symlink);
  EXPECT_EQ(bytes("bin/x"), "1");
}

TEST_F(UnpackTest, ALinkNeverReplacesADirectory) {
  ASSERT_OK(add(SamplePackage("a").directory("etc").file("etc/passwd", "root")));
  Result<> result = add(SamplePackage("evil").link("etc", "tmp"));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, ::testing::HasSubstr("evil"));
  ASSERT_OK(add(SamplePackage("harmless").directory("opt/x").link("opt/y", "x")));
  ASSERT_OK(add(SamplePackage("other").directory("opt/y")));
}

TEST_F(UnpackTest, AMergedNameMustLeadToItsPlaceBelowUsr) {
  EXPECT_FALSE(add(SamplePackage("evil").link("lib", "/tmp")));
}

TEST_F(UnpackTest, APackageCannotEscapeThroughItsOwnLink) {
  ASSERT_OK(add(SamplePackage("evil").link("x", "../../..").file("x/etc/passwd", "0wned")));
  EXPECT_EQ(bytes("etc/passwd"), "0wned");
  for (const auto& [path, node] : rootfs.nodes) EXPECT_EQ(path.find(".."), std::string::npos);
}

TEST_F(UnpackTest, ALinkWithoutATargetOrWithANulIsAnError) {
  EXPECT_FALSE(add(SamplePackage("evil").link("a", std::string("b\0c", 3))));
  EXPECT_FALSE(add(SamplePackage("empty").link("a", "")));
}

TEST_F(UnpackTest, LinkLoopsAndFilesOnTheWayAreErrors) {
  EXPECT_FALSE(add(SamplePackage("loop").link("a", "b").link("b", "a").file("a/f", "1")));
  EXPECT_FALSE(add(SamplePackage("through").file("f", "1").file("f/g", "2")));
}

TEST_F(UnpackTest, AFileOfTwoPackagesIsAnErrorThatNamesBoth) {
  ASSERT_OK(add(SamplePackage("a").file("usr/f", "1")));
  Result<> result = add(SamplePackage("b").file("usr/f", "2"));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message,
              ::testing::AllOf(::testing::HasSubstr("a 1.0"), ::testing::HasSubstr("b 1.0")));
}

TEST_F(UnpackTest, TheSameFileInTwoPackagesStaysWithTheFirst) {
  ASSERT_OK(add(SamplePackage("a").file("usr/f", "1")));
  ASSERT_OK(add(SamplePackage("b").file("usr/f", "1")));
  EXPECT_EQ(at("usr/f").owners.front().name, "a");
}

TEST_F(UnpackTest, ReplacesDecidesInEitherOrder) {
  ASSERT_OK(add(SamplePackage("old", "1.0").file("f", "old").file("g", "old")));
  ASSERT_OK(add(SamplePackage("new").field("Replaces", "x, old (<< 2)").file("f", "new")));
  EXPECT_EQ(bytes("f"), "new");
  EXPECT_FALSE(add(SamplePackage("late").field("Replaces", "old (<< 1.0)").file("g", "late")));
  ASSERT_OK(add(SamplePackage("first").field("Replaces", "second").file("h", "first")));
  ASSERT_OK(add(SamplePackage("second").file("h", "second")));
  EXPECT_EQ(bytes("h"), "first");
}

TEST_F(UnpackTest, ADivertedFileOfAnotherPackageMovesAside) {
  ASSERT_OK(add(SamplePackage("diverter").file("usr/bin/tool", "wrapper")));
  ASSERT_OK(add(SamplePackage("tool").file("usr/bin/tool", "real")));
  EXPECT_EQ(bytes("usr/bin/tool"), "wrapper");
  EXPECT_EQ(bytes("usr/bin/tool.real"), "real");
}

TEST_F(UnpackTest, HardLinksShareContentAndMetadata) {
  ASSERT_OK(add(SamplePackage("p").file("bin/a", "x", 0755).hard_link("bin/b", "bin/a")));
  EXPECT_EQ(at("usr/bin/b").type, FileType::hard_link);
  EXPECT_EQ(at("usr/bin/b").link, "usr/bin/a");
  EXPECT_EQ(at("usr/bin/b").mode, 0755U);
  EXPECT_FALSE(add(SamplePackage("q").hard_link("c", "etc/shadow")));
}

TEST_F(UnpackTest, AHardLinkWhoseFirstNameIsLeftOutBecomesTheFile) {
  ASSERT_OK(add(
      SamplePackage("p").file("usr/share/man/x", "page").hard_link("usr/x", "usr/share/man/x")));
  EXPECT_EQ(at("usr/x").type, FileType::file);
  EXPECT_EQ(bytes("usr/x"), "page");
}

TEST_F(UnpackTest, DevicesAreLeftOutWithAWarning) {
  ASSERT_OK(add(SamplePackage("p").device("dev/sda")));
  EXPECT_EQ(tree.find("dev/sda"), nullptr);
  EXPECT_THAT(rootfs.warnings, ::testing::ElementsAre(::testing::HasSubstr("/dev/sda")));
}

TEST_F(UnpackTest, LicencesStayAndOtherDocumentationGoes) {
  ASSERT_OK(add(SamplePackage("p")
                    .directory("usr/share/doc/p")
                    .file("usr/share/doc/p/copyright", "c")
                    .file("usr/share/doc/p/README", "r")
                    .directory("usr/share/doc/p/examples")
                    .link("usr/share/doc/p-data", "p")
                    .directory("usr/share/locale")
                    .file("usr/share/locale/de/x.mo", "m")
                    .file("usr/share/lintian/overrides/p", "l")
                    .directory("var/cache/p", 0700)
                    .file("var/cache/p/x", "c")));
  EXPECT_NE(tree.find("usr/share/doc/p/copyright"), nullptr);
  EXPECT_EQ(tree.find("usr/share/doc/p/README"), nullptr);
  EXPECT_EQ(tree.find("usr/share/doc/p/examples"), nullptr);
  EXPECT_EQ(at("usr/share/doc/p-data").type, FileType::symlink);
  EXPECT_NE(tree.find("usr/share/locale"), nullptr);
  EXPECT_EQ(tree.find("usr/share/locale/de"), nullptr);
  EXPECT_EQ(tree.find("usr/share/lintian"), nullptr);
  EXPECT_EQ(at("var/cache/p").mode, 0700U);
  EXPECT_EQ(tree.find("var/cache/p/x"), nullptr);
}

TEST_F(UnpackTest, AClashNamesAPreinstThatDivertsInAnUnknownWay) {
  UnpackRules rules = deb::unpack_rules({});
  rules.unknown_diverters = {"diverter"};
  Unpacker other(tree, 1, rules);
  ASSERT_OK(other.add(SamplePackage("diverter").file("usr/bin/tool", "a").build(contents)));
  Result<> clash = other.add(SamplePackage("plain").file("usr/bin/tool", "b").build(contents));
  ASSERT_FALSE(clash);
  EXPECT_THAT(clash.error().hint,
              ::testing::HasSubstr("the preinst of diverter calls dpkg-divert"));
}

}  // namespace
}  // namespace kiln::rootfs
