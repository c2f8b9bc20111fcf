// SPDX-License-Identifier: Apache-2.0
#include "image/file_tree.hpp"

#include "codec/tar.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;

// A layer in the making: the order of calls is the order of entries.
class LayerTar {
 public:
  LayerTar& file(const std::string& path, const std::string& bytes = "") {
    TarEntry entry;
    entry.path = path;
    entry.size = bytes.size();
    return add(entry, bytes);
  }
  LayerTar& directory(const std::string& path, uint32_t mode = 0755) {
    TarEntry entry;
    entry.path = path;
    entry.type = TarType::directory;
    entry.mode = mode;
    return add(entry);
  }
  LayerTar& link(const std::string& path, TarType type, const std::string& target) {
    TarEntry entry;
    entry.path = path;
    entry.type = type;
    entry.link = target;
    return add(entry);
  }
  Result<> apply_to(FileTree& tree) {
    testing::value(writer_.finish());
    MemorySource source(sink_.bytes());
    return tree.apply(source);
  }

 private:
  LayerTar& add(const TarEntry& entry, const std::string& bytes = "") {
    testing::value(writer_.add(entry, bytes));
    return *this;
  }
  MemorySink sink_;
  TarWriter writer_{sink_};
};

std::vector<std::string> paths(const FileTree& tree) {
  std::vector<std::string> list;
  for (const auto& [path, file] : tree.files()) list.push_back(path);
  return list;
}

class FileTreeTest : public ::testing::Test {
 protected:
  const TreeFile& at(std::string_view path) const { return tree_.files().find(path)->second; }
  FileTree tree_;
};

TEST_F(FileTreeTest, LetsLaterLayersReplaceFilesAndKeepsWhatDirectoriesHold) {
  ASSERT_OK(LayerTar().directory("d").file("d/a", "1").file("d/b", "2").apply_to(tree_));
  ASSERT_OK(LayerTar().directory("d", 0700).file("d/b", "3").apply_to(tree_));
  EXPECT_THAT(paths(tree_), ElementsAre("d", "d/a", "d/b"));
  EXPECT_EQ(at("d").mode, 0700U);
  EXPECT_EQ(at("d/b").sha256, sha256("3"));
  EXPECT_EQ(at("d/b").layer, 1U);
  EXPECT_EQ(at("d/a").layer, 0U);
}

TEST_F(FileTreeTest, RemovesWhatAWhiteoutNames) {
  ASSERT_OK(LayerTar().file("d/a").file("d/sub/x").file("d-e").apply_to(tree_));
  ASSERT_OK(LayerTar().file("d/.wh.sub").file(".wh.absent").apply_to(tree_));
  EXPECT_THAT(paths(tree_), ElementsAre("d", "d-e", "d/a"));
}

TEST_F(FileTreeTest, EmptiesAnOpaqueDirectoryOfEarlierLayersOnly) {
  ASSERT_OK(LayerTar().file("d/old").file("d/sub/old").apply_to(tree_));
  ASSERT_OK(LayerTar().file("d/sub/new").file("d/.wh..wh..opq").file("d/late").apply_to(tree_));
  EXPECT_THAT(paths(tree_), ElementsAre("d", "d/late", "d/sub", "d/sub/new"));
}

TEST_F(FileTreeTest, ReplacesADirectoryByAFileWithAllThatWasInIt) {
  ASSERT_OK(LayerTar().file("d/sub/x").apply_to(tree_));
  ASSERT_OK(LayerTar().file("d", "now a file").apply_to(tree_));
  EXPECT_THAT(paths(tree_), ElementsAre("d"));
}

TEST_F(FileTreeTest, FollowsLinkedParentsInsideTheTree) {
  ASSERT_OK(LayerTar()
                .directory("usr/lib")
                .link("lib", TarType::symlink, "usr/lib")
                .link("out", TarType::symlink, "/../../etc")
                .apply_to(tree_));
  ASSERT_OK(LayerTar().file("lib/x", "1").file("out/passwd", "2").apply_to(tree_));
  EXPECT_THAT(paths(tree_),
              ElementsAre("etc", "etc/passwd", "lib", "out", "usr", "usr/lib", "usr/lib/x"));
}

TEST_F(FileTreeTest, GivesHardLinksTheContentOfTheirTarget) {
  ASSERT_OK(LayerTar().file("a", "text").link("b", TarType::hard_link, "a").apply_to(tree_));
  ASSERT_OK(LayerTar().link("c", TarType::hard_link, "b").apply_to(tree_));
  EXPECT_EQ(at("c").type, model::FileType::hard_link);
  EXPECT_EQ(at("c").link, "a");
  EXPECT_EQ(at("c").sha256, sha256("text"));
}

TEST_F(FileTreeTest, RefusesWhatNoEngineWouldUnpack) {
  EXPECT_FALSE(LayerTar().file("../escape").apply_to(tree_));
  EXPECT_FALSE(LayerTar().link("x", TarType::hard_link, "absent").apply_to(tree_));
  EXPECT_FALSE(LayerTar().file(".wh.").apply_to(tree_));
  EXPECT_FALSE(LayerTar().file("f").file("f/below").apply_to(tree_));
  EXPECT_FALSE(LayerTar().link("loop", TarType::symlink, "loop").file("loop/x").apply_to(tree_));
}

TEST_F(FileTreeTest, KeepsTheBytesThatTellOfPackagesOnly) {
  ASSERT_OK(LayerTar()
                .file("var/lib/dpkg/status", "Package: a\n")
                .file("etc/shadow", "secret")
                .apply_to(tree_));
  ASSERT_NE(tree_.kept_bytes("var/lib/dpkg/status"), nullptr);
  EXPECT_EQ(*tree_.kept_bytes("var/lib/dpkg/status"), "Package: a\n");
  EXPECT_EQ(tree_.kept_bytes("etc/shadow"), nullptr);
}

}  // namespace
}  // namespace kiln::image
