// SPDX-License-Identifier: Apache-2.0
#include "rootfs/paths.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::rootfs {
namespace {

using definition::PathEntry;
using definition::PathType;
using kiln::testing::value;
using model::FileType;

class PathsTest : public ::testing::Test {
 protected:
  PathsTest() {
    package("usr/bin", FileType::directory);
    package("usr/bin/tool", FileType::file);
    package("bin", FileType::symlink).link = "usr/bin";
    package("tmp", FileType::directory);
  }
  Node& package(const std::string& path, FileType type) {
    EXPECT_OK(tree.make_directories(parent_of(path), {}, {model::Owner::Kind::package, "p"}));
    Node node;
    node.type = type;
    node.owners = {{model::Owner::Kind::package, "p"}};
    if (type == FileType::file) node.content = Content::inline_bytes("old");
    return tree.put(path, std::move(node));
  }
  Result<> apply(PathEntry entry) { return apply_paths(tree, {entry}, sources, 77); }

  Rootfs rootfs;
  MemoryContents contents;
  Tree tree{rootfs, contents};
  std::vector<plan::LocalSource> sources;
};

TEST_F(PathsTest, ParentsGetTheEntrysOwnership) {
  ASSERT_OK(
      apply({.type = PathType::directory, .path = "/a/b/c", .uid = 5, .gid = 6, .mode = 0700}));
  EXPECT_EQ(tree.find("a")->uid, 5U);
  EXPECT_EQ(tree.find("a")->mode, 0755U);
  EXPECT_EQ(tree.find("a/b/c")->mode, 0700U);
  EXPECT_EQ(tree.find("a/b/c")->mtime, 77);
  EXPECT_EQ(tree.find("a/b/c")->owners.front().str(), "definition paths[0]");
}

TEST_F(PathsTest, ADirectoryThatIsThereIsChangedInPlace) {
  ASSERT_OK(
      apply({.type = PathType::directory, .path = "/tmp", .uid = 1, .gid = 2, .mode = 01777}));
  const Node& node = *tree.find("tmp");
  EXPECT_EQ(node.mode, 01777U);
  EXPECT_EQ(node.uid, 1U);
  EXPECT_EQ(node.owners.front().str(), "package p");
  EXPECT_EQ(node.modifiers.front().str(), "definition paths[0]");
}

TEST_F(PathsTest, FilesGoThroughLinkedParentsAndReplaceWhatIsThere) {
  ASSERT_OK(apply({.type = PathType::file, .path = "/bin/tool", .content = "new"}));
  EXPECT_EQ(value(tree.read("usr/bin/tool")), "new");
  EXPECT_EQ(tree.find("usr/bin/tool")->mode, 0644U);
  EXPECT_EQ(tree.find("usr/bin/tool")->owners.front().str(), "definition paths[0]");
  EXPECT_EQ(tree.find("bin")->type, FileType::symlink);
}

TEST_F(PathsTest, AnEntryReplacesALinkAndDoesNotWriteThroughIt) {
  package("etc/localtime", FileType::symlink).link = "/usr/bin/tool";
  ASSERT_OK(apply({.type = PathType::file, .path = "/etc/localtime", .content = "tz"}));
  EXPECT_EQ(tree.find("etc/localtime")->type, FileType::file);
  EXPECT_EQ(value(tree.read("usr/bin/tool")), "old");
}

TEST_F(PathsTest, LinksKeepTheirTargetVerbatim) {
  ASSERT_OK(
      apply({.type = PathType::symlink, .path = "/opt/x", .source = "../a//b", .mode = 04755}));
  EXPECT_EQ(tree.find("opt/x")->link, "../a//b");
  EXPECT_EQ(tree.find("opt/x")->mode, 0777U);
}

TEST_F(PathsTest, DeletesTreesAndWhatIsNotThere) {
  ASSERT_OK(apply({.type = PathType::remove, .path = "/usr"}));
  EXPECT_EQ(tree.find("usr/bin/tool"), nullptr);
  EXPECT_EQ(tree.find("usr"), nullptr);
  ASSERT_OK(apply({.type = PathType::remove, .path = "/absent"}));
  EXPECT_FALSE(apply({.type = PathType::remove, .path = "/"}));
}

TEST_F(PathsTest, DeletingALinkKeepsItsTarget) {
  ASSERT_OK(apply({.type = PathType::remove, .path = "/bin"}));
  EXPECT_EQ(tree.find("bin"), nullptr);
  EXPECT_NE(tree.find("usr/bin/tool"), nullptr);
}

TEST_F(PathsTest, EmptyFilesAreEmptied) {
  ASSERT_OK(apply({.type = PathType::empty_file, .path = "/usr/bin/tool"}));
  EXPECT_EQ(value(tree.read("usr/bin/tool")), "");
}

TEST_F(PathsTest, ADirectorySourceIsCopiedWithTheModeOnItsFiles) {
  for (auto [path, executable] : {std::pair{"image/x/conf/a.sh", true},
                                  {"image/x/conf/sub/b", false},
                                  {"image/x/conf2/c", false}}) {
    sources.push_back({path, contents.add(path), std::string(path).size(), executable});
  }
  ASSERT_OK(
      apply({.type = PathType::directory, .path = "/etc/x", .source = "image/x/conf", .uid = 9}));
  EXPECT_EQ(value(tree.read("etc/x/a.sh")), "image/x/conf/a.sh");
  EXPECT_EQ(tree.find("etc/x/a.sh")->mode, 0755U);
  EXPECT_EQ(tree.find("etc/x/sub/b")->mode, 0644U);
  EXPECT_EQ(tree.find("etc/x/sub")->uid, 9U);
  EXPECT_EQ(tree.find("etc/x/c"), nullptr);
  ASSERT_OK(apply(
      {.type = PathType::directory, .path = "/etc/y", .source = "image/x/conf", .mode = 0600}));
  EXPECT_EQ(tree.find("etc/y/a.sh")->mode, 0600U);
  EXPECT_EQ(tree.find("etc/y/sub")->mode, 0755U);
  EXPECT_FALSE(apply({.type = PathType::directory, .path = "/z", .source = "image/none"}));
  EXPECT_FALSE(apply({.type = PathType::file, .path = "/z", .source = "image/none"}));
}

TEST_F(PathsTest, ADirectoryCannotBecomeAFile) {
  auto result = apply({.type = PathType::file, .path = "/usr/bin", .content = "x"});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::bad_input);
  EXPECT_FALSE(result.error().hint.empty());
  EXPECT_FALSE(apply({.type = PathType::directory, .path = "/usr/bin/tool/x"}));
}

TEST_F(PathsTest, EntriesApplyInTheirOrder) {
  ASSERT_OK(apply_paths(tree,
                        {{.type = PathType::remove, .path = "/tmp"},
                         {.type = PathType::symlink, .path = "/tmp", .source = "run"}},
                        sources, 1));
  EXPECT_EQ(tree.find("tmp")->link, "run");
}

}  // namespace
}  // namespace kiln::rootfs
