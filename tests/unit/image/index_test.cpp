// SPDX-License-Identifier: Apache-2.0
#include "image/index.hpp"

#include "oci/layout.hpp"
#include "oci/media_types.hpp"
#include "sample_tree.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;

class IndexTest : public ::testing::Test {
 protected:
  Image image_for(const char* platform, UnixTime created) {
    TreeBuilder builder = sample_tree();
    builder.tree.created = created;
    plan::Plan plan = sample_tree_plan();
    plan.platform = testing::value(model::Platform::parse(platform));
    return testing::value(pack(builder.tree, plan, world_.world));
  }
  oci::Index index_in(const Assembly& assembly) const {
    return testing::value(
        oci::parse_index(testing::value(assembly.content.bytes(assembly.index.digest))));
  }
  TestWorld world_;
};

TEST_F(IndexTest, OrdersPlatformsHoweverTheyWereGiven) {
  std::vector<Image> images = {image_for("linux/arm64", 100), image_for("linux/amd64", 200)};
  Assembly one = testing::value(assemble(images, {}, *world_.store));
  std::swap(images[0], images[1]);
  Assembly other = testing::value(assemble(images, {}, *world_.store));
  EXPECT_EQ(one.index, other.index);
  oci::Index index = index_in(one);
  ASSERT_EQ(index.manifests.size(), 2U);
  EXPECT_EQ(index.manifests[0].platform->str(), "linux/amd64");
  EXPECT_EQ(index.manifests[1].platform->str(), "linux/arm64");
}

TEST_F(IndexTest, SaysWhatAllPlatformsShareAndTheNewestTime) {
  std::vector<Image> images = {image_for("linux/arm64", 100), image_for("linux/amd64", 200)};
  oci::Index index = index_in(testing::value(assemble(images, {}, *world_.store)));
  EXPECT_EQ(index.annotations["org.opencontainers.image.created"], "1970-01-01T00:03:20Z");
  EXPECT_EQ(index.annotations["org.opencontainers.image.title"], "Sample");
  EXPECT_THAT(index.annotations, Not(Contains(Key("dev.kiln.plan.digest"))));
}

TEST_F(IndexTest, NamesThePlanOfASinglePlatform) {
  Image image = image_for("linux/amd64", 100);
  oci::Index index = index_in(testing::value(assemble(std::span(&image, 1), {}, *world_.store)));
  EXPECT_EQ(index.annotations["dev.kiln.plan.digest"], image.plan_digest.str());
}

TEST_F(IndexTest, RefusesNoImageAndTwoOfOnePlatform) {
  EXPECT_FALSE(assemble({}, {}, *world_.store));
  std::vector<Image> images = {image_for("linux/amd64", 1), image_for("linux/amd64", 2)};
  EXPECT_FALSE(assemble(images, {}, *world_.store));
}

TEST_F(IndexTest, ListsEachTagUnderItsWholeNameWithoutChangingTheImage) {
  Image image = image_for("linux/amd64", 100);
  std::vector<std::string> tags = {"1", "1.2"};
  Assembly plain = testing::value(assemble(std::span(&image, 1), tags, *world_.store));
  Assembly named =
      testing::value(assemble(std::span(&image, 1), tags, *world_.store, "registry.example/a"));
  EXPECT_EQ(named.index.digest, plain.index.digest);
  std::vector<std::string> names;
  for (const oci::Descriptor& entry : named.content.index().manifests)
    names.push_back(entry.annotations.at(std::string(oci::k_image_name)));
  EXPECT_EQ(names, (std::vector<std::string>{"registry.example/a:1", "registry.example/a:1.2"}));
}

TEST_F(IndexTest, MakesALayoutInWhichImageTagsAndLockAreFound) {
  Image image = image_for("linux/amd64", 100);
  std::vector<std::string> tags = {"1", "1.2"};
  Assembly assembly = testing::value(assemble(std::span(&image, 1), tags, *world_.store));
  attach_lock(assembly, "{\"format\":1}");
  Path path = world_.directory.path() / "layout";
  ASSERT_OK(oci::write_layout(path, assembly.content));

  auto reader = testing::value(oci::open_image(path));
  auto listed = testing::value(oci::list_images(*reader));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].tag, "1");
  EXPECT_EQ(listed[1].tag, "1.2");
  oci::ListedImage found = testing::value(oci::find_image(*reader, std::nullopt));
  EXPECT_EQ(found.descriptor.digest, image.manifest_digest);
  EXPECT_EQ(found.root.digest, assembly.index.digest);
  EXPECT_EQ(testing::value(find_lock(*reader, assembly.index)), "{\"format\":1}");
  EXPECT_EQ(testing::value(find_lock(*reader, assembly.manifests[0])), std::nullopt);
}

}  // namespace
}  // namespace kiln::image
