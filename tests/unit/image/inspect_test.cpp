// SPDX-License-Identifier: Apache-2.0
#include "image/inspect.hpp"

#include "codec/decompress.hpp"
#include "image/diff.hpp"
#include "image/index.hpp"
#include "oci/layout.hpp"
#include "oci/media_types.hpp"
#include "sample_tree.hpp"
#include "support/shared_data.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ImageView view_of(const Path& layout) {
  auto reader = testing::value(oci::open_image(layout));
  return testing::value(inspect(*reader, testing::value(oci::find_image(*reader, std::nullopt))));
}

// Packs a tree, writes it as a layout, and looks at what became of it.
ImageView packed_view(TestWorld& world, const TreeBuilder& builder, const plan::Plan& plan) {
  Image image = testing::value(pack(builder.tree, plan, world.world));
  Assembly assembly = testing::value(assemble(std::span(&image, 1), {}, *world.store));
  Path path = world.directory.path() / "layout";
  testing::value(oci::write_layout(path, assembly.content));
  return view_of(path);
}

// An image of one layer, as another tool might have made it.
ImageView foreign_view(const Path& directory, const std::string& layer,
                       const std::string& diff_id_of) {
  oci::Content content;
  oci::ImageConfig config;
  config.diff_ids = {sha256(diff_id_of)};
  oci::Manifest manifest;
  manifest.layers = {content.add(oci::k_layer_gzip_type, layer)};
  manifest.config = content.add(oci::k_config_type, encode(config));
  content.list(content.add(oci::k_manifest_type, encode(manifest)));
  testing::value(oci::write_layout(directory, content));
  return view_of(directory);
}

std::string status_of(const std::string& libbig_version) {
  return "Package: libbig\nStatus: install ok installed\nArchitecture: amd64\nSource: big (" +
         libbig_version + "-src)\nVersion: " + libbig_version +
         "\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"
         "Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2\n";
}

TEST(Inspect, SeesTheTreeThatWasPacked) {
  TestWorld world;
  TreeBuilder builder = sample_tree();
  builder.tree.nodes.at("usr/bin/tool").xattrs = {{"user.note", "x"}};
  builder.tree.nodes.at("usr/bin/tool").mode = 04755;
  ImageView view = packed_view(world, builder, sample_tree_plan());
  ASSERT_EQ(view.tree.files().size(), builder.tree.nodes.size());
  for (const auto& [path, node] : builder.tree.nodes) {
    const TreeFile& file = view.tree.files().find(path)->second;
    const rootfs::Node& inode =
        node.type == model::FileType::hard_link ? builder.tree.nodes.at(node.link) : node;
    EXPECT_EQ(file.mode, inode.mode) << path;
    EXPECT_EQ(file.uid, inode.uid) << path;
    EXPECT_EQ(file.xattrs, inode.xattrs) << path;
    EXPECT_EQ(file.sha256, inode.content.sha256) << path;
    if (node.type == model::FileType::symlink) {
      EXPECT_EQ(file.link, node.link);
    }
    if (node.type != model::FileType::directory) {
      EXPECT_EQ(file.mtime, inode.mtime) << path;
    }
  }
}

TEST(Inspect, NamesWhoPutEachFileThere) {
  TestWorld world;
  ImageView view = packed_view(world, sample_tree(), sample_tree_plan());
  EXPECT_EQ(view.owners["usr/bin/tool"], "tool");
  EXPECT_EQ(view.owners["usr/lib/libbig.so"], "libbig");
  EXPECT_EQ(view.owners["etc/app.conf"], "definition");
  EXPECT_FALSE(view.owners.contains("etc/tiny.conf"));
}

TEST(Inspect, ReadsTheDatabaseOfDpkg) {
  TestWorld world;
  TreeBuilder builder = sample_tree();
  builder.file("var/lib/dpkg/status", status_of("1"), definition("packages"));
  builder.file("var/lib/dpkg/info/tiny.list", "/.\n/etc\n/etc/tiny.conf\n", definition("packages"));
  builder.file("var/lib/dpkg/status.d/small", "Package: small\nVersion: 3\n",
               definition("packages"));
  builder.file("var/lib/dpkg/status.d/small.md5sums",
               "d41d8cd98f00b204e9800998ecf8427e  usr/share/doc/small/copyright\n",
               definition("packages"));
  ImageView view = packed_view(world, builder, sample_tree_plan());
  ASSERT_EQ(view.packages.size(), 3U);
  EXPECT_EQ(view.packages[0], (InstalledPackage{"libbig", "1", "amd64", "big", "1-src", "dpkg"}));
  EXPECT_EQ(view.packages[1].name, "small");
  EXPECT_EQ(view.packages[2].name, "tool");
  EXPECT_EQ(view.owners["etc/tiny.conf"], "tiny");
  EXPECT_EQ(view.owners["usr/share/doc/small/copyright"], "small");
}

// Their files are there, whatever dpkg has yet to do with them.
TEST(Inspect, SeesPackagesInEveryStateThatHasFiles) {
  TestWorld world;
  TreeBuilder builder = sample_tree();
  std::string status;
  for (const char* state :
       {"installed", "half-installed", "unpacked", "half-configured", "triggers-awaited",
        "triggers-pending", "not-installed", "config-files"})
    status += fmt::format("Package: {}\nStatus: install ok {}\nArchitecture: amd64\nVersion: 1\n\n",
                          state, state);
  builder.file("var/lib/dpkg/status", status, definition("packages"));
  std::vector<std::string> names;
  for (const InstalledPackage& package : packed_view(world, builder, sample_tree_plan()).packages)
    names.push_back(package.name);
  EXPECT_THAT(names, ElementsAre("half-configured", "half-installed", "installed",
                                 "triggers-awaited", "triggers-pending", "unpacked"));
}

TEST(Inspect, TellsPackagesOfOneNameByTheirArchitecture) {
  TestWorld world;
  TreeBuilder builder = sample_tree();
  builder.file("var/lib/dpkg/info/lib:amd64.list", "/etc/tiny.conf\n", definition("packages"));
  builder.file("var/lib/dpkg/info/lib:i386.list", "/usr/bin/tool\n", definition("packages"));
  builder.file("var/lib/dpkg/info/alone:amd64.list", "/usr/share/doc/small/copyright\n",
               definition("packages"));
  ImageView view = packed_view(world, builder, sample_tree_plan());
  EXPECT_EQ(view.owners["etc/tiny.conf"], "lib:amd64");
  EXPECT_EQ(view.owners["usr/share/doc/small/copyright"], "alone");
}

TEST(Inspect, ReadsARealAlpineTree) {
  auto archive = testing::shared_file("images/alpine-minirootfs-3.20.3-x86_64.tar.gz");
  if (!archive) GTEST_SKIP() << "../shared/images is not there";
  TemporaryDirectory directory = fast_directory();
  std::string layer = testing::value(read_file(*archive));
  ImageView view = foreign_view(directory.path() / "layout", layer,
                                testing::value(decompress_all(Compression::gzip, layer, 1U << 30)));
  EXPECT_EQ(view.packages.size(), 14U);
  auto musl = std::ranges::find(view.packages, "musl", &InstalledPackage::name);
  ASSERT_NE(musl, view.packages.end());
  EXPECT_EQ(musl->manager, "apk");
  EXPECT_EQ(musl->architecture, "x86_64");
  EXPECT_EQ(view.owners["bin/busybox"], "busybox");
}

TEST(Inspect, RefusesALayerThatUnpacksToSomethingElse) {
  TemporaryDirectory directory = fast_directory();
  std::string empty_tar(1024, '\0');
  EXPECT_NO_THROW(foreign_view(directory.path() / "a", empty_tar, empty_tar));
  EXPECT_THROW(foreign_view(directory.path() / "b", empty_tar, "other"), std::runtime_error);
}

TEST(Diff, OfAnImageWithItselfIsEmpty) {
  TestWorld world;
  ImageView view = packed_view(world, sample_tree(), sample_tree_plan());
  ImageDiff none = diff(view, view);
  EXPECT_TRUE(none.empty());
  EXPECT_TRUE(none.same_layers);
}

TEST(Diff, DoesNotSeeHowLayersWereCut) {
  TestWorld world;
  plan::Plan squashed = sample_tree_plan();
  squashed.policies.layers = 0;
  ImageView layered = packed_view(world, sample_tree(), sample_tree_plan());
  ImageDiff difference = diff(layered, packed_view(world, sample_tree(), squashed));
  EXPECT_THAT(difference.files, IsEmpty());
  EXPECT_FALSE(difference.same_layers);
}

TEST(Diff, ComparesAnnotationsWhereBothImagesHaveAny) {
  TestWorld world;
  ImageView before = packed_view(world, sample_tree(), sample_tree_plan());
  ImageView after = before;
  before.image.manifest.annotations = {{"a", "1"}, {"b", "1"}};
  after.image.manifest.annotations = {{"a", "2"}};
  EXPECT_THAT(diff(before, after).config,
              ElementsAre(ConfigChange{Change::changed, "annotation a", "1", "2"},
                          ConfigChange{Change::removed, "annotation b", "1", ""}));
  after.image.manifest.annotations.clear();
  EXPECT_TRUE(diff(before, after).empty()) << "a docker archive has none";
}

TEST(Diff, ListsPackagesFilesConfigAndSize) {
  TestWorld world;
  TreeBuilder old = sample_tree();
  old.file("var/lib/dpkg/status", status_of("1"), definition("packages"));
  TreeBuilder now = sample_tree();
  now.file("var/lib/dpkg/status", status_of("2"), definition("packages"));
  now.tree.nodes.at("usr/bin/tool").mode = 0700;
  now.tree.nodes.erase("etc/empty");
  now.file("etc/new", "12345", definition("paths[1]"));
  plan::Plan plan = sample_tree_plan();
  plan.spec.environment = {{"A", "1"}};
  ImageView before = packed_view(world, old, sample_tree_plan());
  ImageDiff difference = diff(before, packed_view(world, now, plan));

  EXPECT_THAT(difference.packages,
              ElementsAre(PackageChange{Change::changed, "libbig", "amd64", "1", "2"}));
  EXPECT_THAT(
      difference.files,
      ElementsAre(
          FileChange{Change::removed, "etc/empty", {}, 0, "definition"},
          FileChange{Change::added, "etc/new", {}, 5, "definition"},
          FileChange{Change::changed, "usr/bin/a-tool", {"mode 0755 -> 0700"}, 0, "tool"},
          FileChange{Change::changed, "usr/bin/tool", {"mode 0755 -> 0700"}, 0, "tool"},
          FileChange{Change::changed, "var/lib/dpkg/status", {"content"}, 0, "definition"}));
  EXPECT_THAT(difference.config, ElementsAre(ConfigChange{Change::added, "env A", "", "1"}));
}

}  // namespace
}  // namespace kiln::image
