// SPDX-License-Identifier: Apache-2.0
#include "image/export.hpp"

#include "sample_tree.hpp"
#include "support/tools.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln::image {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What tar or find say of one path: mode, owner, time, size.
struct stat stat_of(const Path& path) {
  struct stat info = {};
  EXPECT_EQ(::lstat(path.c_str(), &info), 0) << path;
  return info;
}

void expect_is_the_tree(const Path& root, const rootfs::Rootfs& tree) {
  for (const auto& [path, node] : tree.nodes) {
    const rootfs::Node& inode =
        node.type == model::FileType::hard_link ? tree.nodes.at(node.link) : node;
    struct stat info = stat_of(root / path);
    if (node.type != model::FileType::symlink) {
      EXPECT_EQ(info.st_mode & 07777, inode.mode) << path;
    }
    if (::geteuid() == 0) {
      EXPECT_EQ(info.st_uid, inode.uid) << path;
    }
    EXPECT_EQ(info.st_mtime, inode.mtime) << path;
    if (inode.type == model::FileType::file) {
      EXPECT_EQ(sha256(testing::value(read_file(root / path))), inode.content.sha256) << path;
    }
  }
  EXPECT_EQ(stat_of(root / "usr/bin/tool").st_ino, stat_of(root / "usr/bin/a-tool").st_ino);
  EXPECT_EQ(std::filesystem::read_symlink(root / "usr/lib/libbig.so"), "libbig.so.1");
}

TreeBuilder odd_tree() {
  TreeBuilder builder = sample_tree();
  builder.tree.nodes.at("usr/bin/tool").mode = 04711;
  builder.tree.nodes.at("etc/app.conf").uid = 65532;
  builder.tree.nodes.at("etc/app.conf").gid = 65532;
  builder.tree.nodes.at("usr/lib").mode = 0555;
  builder.file("opt/" + std::string(120, 'n') + "/" + std::string(120, 'm'), "long", package("p"));
  return builder;
}

TEST(Export, WritesATreeToADirectory) {
  TestWorld world;
  TreeBuilder builder = odd_tree();
  Path target = world.directory.path() / "tree";
  auto omitted = testing::value(write_tree_directory(builder.tree, *world.store, target));
  if (::geteuid() == 0) {
    EXPECT_THAT(omitted, IsEmpty());
  }
  expect_is_the_tree(target, builder.tree);
}

TEST(Export, RefusesADirectoryThatHoldsSomething) {
  TestWorld world;
  Path target = world.directory.path() / "tree";
  ASSERT_OK(make_directories(target));
  ASSERT_OK(write_tree_directory(sample_tree().tree, *world.store, target));
  auto again = write_tree_directory(sample_tree().tree, *world.store, target);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::bad_input);
}

TEST(Export, NeverWritesThroughALink) {
  TestWorld world;
  TreeBuilder builder;
  builder.link("way", model::FileType::symlink, world.directory.path().string(), package("p"));
  rootfs::Node evil;
  evil.owners = {package("p")};
  evil.content = rootfs::Content::inline_bytes("gotcha");
  builder.tree.nodes["way/out"] = evil;
  EXPECT_FALSE(write_tree_directory(builder.tree, *world.store, world.directory.path() / "tree"));
  EXPECT_FALSE(std::filesystem::exists(world.directory.path() / "out"));
  EXPECT_THAT(testing::value(list_directory(world.directory.path())), ElementsAre("store"));
}

TEST(Export, WritesATarThatGnuTarUnpacks) {
  NEED_TOOL("tar");
  TestWorld world;
  TreeBuilder builder = odd_tree();
  Path archive = world.directory.path() / "tree.tar";
  AtomicFile file = testing::value(AtomicFile::create(archive));
  ASSERT_OK(write_tree_tar(builder.tree, *world.store, file));
  ASSERT_OK(file.commit());
  Path root = world.directory.path() / "unpacked";
  ASSERT_OK(make_directories(root));
  auto run =
      testing::run_tool({"tar", "--numeric-owner", "-xpf", archive.string(), "-C", root.string()});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  expect_is_the_tree(root, builder.tree);
}

TEST(Export, WritesATarThatPythonReads) {
  NEED_TOOL("python3");
  TestWorld world;
  Path archive = world.directory.path() / "tree.tar";
  AtomicFile file = testing::value(AtomicFile::create(archive));
  ASSERT_OK(write_tree_tar(odd_tree().tree, *world.store, file));
  ASSERT_OK(file.commit());
  auto run = testing::run_tool(
      {"python3", "-c",
       "import sys,tarfile\nfor m in tarfile.open(sys.argv[1]): print(m.name, oct(m.mode), m.uid)",
       archive.string()});
  ASSERT_EQ(run.exit_code, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("etc/app.conf 0o644 65532\n"));
  EXPECT_THAT(run.output, HasSubstr("usr/bin/tool 0o4711 0\n"));
}

TEST(Export, LeavesNothingBehindWhenItIsStopped) {
  TestWorld world;
  Path place = world.directory.path() / "place";
  int left = 3;
  auto stopped =
      write_tree_directory(sample_tree().tree, *world.store, place / "tree", [&]() -> Result<> {
        if (left-- > 0) return {};
        return fail(ErrorCode::interrupted, "stopped on request");
      });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::interrupted);
  EXPECT_THAT(testing::value(list_directory(place)), IsEmpty());
}

}  // namespace
}  // namespace kiln::image
