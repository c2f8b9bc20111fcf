// SPDX-License-Identifier: Apache-2.0
#include "rootfs/tree.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::rootfs {
namespace {

using kiln::testing::value;
using model::FileType;

class TreeTest : public ::testing::Test {
 protected:
  void directory(const std::string& path) {
    ASSERT_OK(tree.make_directories(path, {}, {model::Owner::Kind::package, "p"}));
  }
  void file(const std::string& path, std::string bytes = {}) {
    Node node;
    node.content = Content::inline_bytes(std::move(bytes));
    node.owners = {{model::Owner::Kind::package, "p"}};
    tree.put(path, std::move(node));
  }
  void link(const std::string& path, std::string target) {
    Node node;
    node.type = FileType::symlink;
    node.link = std::move(target);
    tree.put(path, std::move(node));
  }
  void hard_link(const std::string& path, std::string first) {
    Node node;
    node.type = FileType::hard_link;
    node.link = std::move(first);
    tree.put(path, std::move(node));
  }

  Rootfs rootfs;
  MemoryContents contents;
  Tree tree{rootfs, contents};
};

TEST_F(TreeTest, FollowsLinksInsideTheRoot) {
  directory("usr/bin");
  file("usr/bin/sh");
  link("bin", "usr/bin");
  link("abs", "/usr/bin/sh");
  link("usr/up", "../bin/sh");
  EXPECT_EQ(value(tree.resolve("bin/sh", Last::follow)), "usr/bin/sh");
  EXPECT_EQ(value(tree.resolve("abs", Last::follow)), "usr/bin/sh");
  EXPECT_EQ(value(tree.resolve("abs", Last::keep)), "abs");
  EXPECT_EQ(value(tree.resolve("usr/up", Last::follow)), "usr/bin/sh");
}

TEST_F(TreeTest, NoLinkLeadsOutOfTheRoot) {
  link("out", "../../../etc");
  EXPECT_EQ(value(tree.resolve("out/passwd", Last::follow)), "etc/passwd");
  link("deep", "/../../..");
  EXPECT_EQ(value(tree.resolve("deep/x", Last::follow)), "x");
}

TEST_F(TreeTest, LoopsOfLinksAreErrors) {
  link("a", "b");
  link("b", "a");
  auto result = tree.resolve("a/x", Last::follow);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::corrupt);
  EXPECT_EQ(tree.follow("a"), nullptr);
}

TEST_F(TreeTest, AFileIsNoParent) {
  file("etc");
  EXPECT_FALSE(tree.resolve("etc/passwd", Last::follow));
  EXPECT_FALSE(tree.make_directories("etc/x", {}, {}));
}

TEST_F(TreeTest, ListsOnlyWhatLiesDirectlyInADirectory) {
  directory("a/b/c");
  file("a/b-1");
  file("a/b.c");
  file("a/z");
  std::vector<std::string> names;
  for (auto [name, node] : tree.list("a")) names.emplace_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"b", "b-1", "b.c", "z"}));
}

TEST_F(TreeTest, RemovingAFileHandsItsContentToItsHardLinks) {
  directory("d");
  file("d/first", "bytes");
  hard_link("x", "d/first");
  hard_link("y", "d/first");
  tree.remove("d");
  EXPECT_EQ(tree.find("d/first"), nullptr);
  EXPECT_EQ(tree.find("x")->type, FileType::file);
  EXPECT_EQ(tree.find("y")->link, "x");
  EXPECT_EQ(value(tree.read("y")), "bytes");
}

TEST_F(TreeTest, RemovesATreeAndNotItsNeighbours) {
  directory("a/b");
  file("a/b/c");
  file("a/bc");
  tree.remove("a/b");
  EXPECT_EQ(tree.find("a/b"), nullptr);
  EXPECT_EQ(tree.find("a/b/c"), nullptr);
  EXPECT_NE(tree.find("a/bc"), nullptr);
  tree.remove("absent");
}

TEST_F(TreeTest, ContentBeyondItsPayloadIsAnError) {
  Node node;
  node.content.payload = contents.add("12345");
  node.content.offset = 3;
  node.content.size = 3;
  tree.put("f", node);
  EXPECT_FALSE(tree.read("f"));
}

}  // namespace
}  // namespace kiln::rootfs
