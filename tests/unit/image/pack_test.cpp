// SPDX-License-Identifier: Apache-2.0
#include "codec/decompress.hpp"
#include "codec/zstd_encode.hpp"
#include "image/image.hpp"
#include "image/recipe.hpp"
#include "oci/config.hpp"
#include "oci/manifest.hpp"
#include "sample_tree.hpp"
#include "support/shared_data.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::HasSubstr;

Image pack_sample(TestWorld& world, LayerReuse reuse = LayerReuse::allowed) {
  return testing::value(pack(sample_tree().tree, sample_tree_plan(), world.world, reuse));
}

std::string tar_of(TestWorld& world, const Layer& layer) {
  auto blob = testing::value(world.store->map(layer.digest, layer.size));
  Compression compression = detect_compression(blob->bytes().substr(0, 16));
  return testing::value(decompress_all(compression, blob->bytes(), 1U << 30));
}

TEST(Recipe, GivesAnyRangeAsItStandsInTheWhole) {
  TestWorld world;
  TreeBuilder builder = sample_tree();
  LayerGroup tree = testing::value(whole_tree(builder.tree));
  Recipe recipe = testing::value(Recipe::of(tree));
  Payloads payloads;
  std::string whole;
  ASSERT_OK(recipe.append_range(0, recipe.tar_size(), payloads, whole));
  ASSERT_EQ(whole.size(), recipe.tar_size());
  std::mt19937_64 random(testing::fresh_seed());
  for (int i = 0; i < 200; ++i) {
    uint64_t begin = random() % whole.size();
    uint64_t end = begin + random() % std::min<uint64_t>(whole.size() - begin, 5000);
    std::string range;
    ASSERT_OK(recipe.append_range(begin, end, payloads, range));
    ASSERT_EQ(range, whole.substr(begin, end - begin)) << begin << " to " << end;
  }
}

TEST(Recipe, TakesContentFromPayloadsInTheStore) {
  TestWorld world;
  TreeBuilder builder;
  rootfs::Node& node = builder.file("f", "", package("p"));
  node.content.payload = testing::value(world.store->put("0123456789"));
  node.content.offset = 3;
  node.content.size = 4;
  node.content.sha256 = sha256("3456");
  Recipe recipe = testing::value(Recipe::of(testing::value(whole_tree(builder.tree))));
  Payloads payloads;
  ASSERT_OK(recipe.add_payloads(payloads, *world.store));
  std::string tar;
  ASSERT_OK(recipe.append_range(0, recipe.tar_size(), payloads, tar));
  EXPECT_THAT(tar, HasSubstr(std::string("3456\0", 5)));
  node.content.size = 8;
  EXPECT_FALSE(payloads.bytes_of(node.content));
}

TEST(Pack, GivesTheSameBytesForAnyNumberOfThreadsColdOrWarm) {
  TestWorld one;
  one.world.threads = 1;
  Image expected = pack_sample(one);
  for (size_t threads : {2, 3, 8}) {
    TestWorld many;
    many.world.threads = threads;
    Image image = pack_sample(many);
    EXPECT_EQ(image.manifest, expected.manifest);
    EXPECT_EQ(pack_sample(many).manifest, expected.manifest);
    EXPECT_EQ(pack_sample(many, LayerReuse::never).manifest, expected.manifest);
    for (const Layer& layer : image.layers)
      EXPECT_EQ(testing::value(many.store->map(layer.digest))->bytes(),
                testing::value(one.store->map(layer.digest))->bytes());
  }
}

TEST(Pack, DescribesItsLayersTruly) {
  TestWorld world;
  Image image = pack_sample(world);
  oci::Manifest manifest = testing::value(oci::parse_manifest(image.manifest));
  oci::ImageConfig config = testing::value(oci::parse_config(image.config));
  ASSERT_EQ(image.layers.size(), 4U);
  ASSERT_EQ(manifest.layers.size(), 4U);
  ASSERT_EQ(config.history.size(), 4U);
  for (size_t i = 0; i < 4; ++i) {
    const Layer& layer = image.layers[i];
    std::string tar = tar_of(world, layer);
    EXPECT_EQ(sha256(tar), layer.diff_id);
    EXPECT_EQ(tar.size(), layer.tar_size);
    EXPECT_EQ(config.diff_ids[i], layer.diff_id);
    EXPECT_EQ(manifest.layers[i].digest, layer.digest);
    EXPECT_EQ(sha256(testing::value(world.store->map(layer.digest))->bytes()), layer.digest);
    EXPECT_EQ(manifest.layers[i].size, layer.size);
  }
  EXPECT_EQ(manifest.config.digest, sha256(image.config));
  EXPECT_EQ(image.plan_digest, plan::digest_of(sample_tree_plan()));
  EXPECT_EQ(manifest.annotations["dev.kiln.plan.digest"], image.plan_digest.str());
}

TEST(Pack, MakesALayerAgainWhenItsBlobIsGone) {
  TestWorld world;
  Image image = pack_sample(world);
  std::filesystem::remove(world.store->path_of(image.layers[1].digest));
  EXPECT_EQ(pack_sample(world).manifest, image.manifest);
  EXPECT_TRUE(world.store->has(image.layers[1].digest));
}

TEST(Pack, TakesALayerThatTheStoreRemembers) {
  TestWorld world;
  Image image = pack_sample(world);
  // With an emptied blob in its place that has a blob's time, the layer is taken unseen: it was not
  // made again.
  Path blob = world.store->path_of(image.layers[0].digest);
  std::filesystem::permissions(blob, std::filesystem::perms::owner_all);
  auto written = std::filesystem::last_write_time(blob);
  std::filesystem::resize_file(blob, 0);
  std::filesystem::last_write_time(blob, written);
  EXPECT_EQ(pack_sample(world).manifest, image.manifest);
  EXPECT_EQ(std::filesystem::file_size(blob), 0U);
}

TEST(Pack, KeepsDiffIdsWhateverTheEncoder) {
  TestWorld world;
  Image gzip = pack_sample(world);
  plan::Plan plan = sample_tree_plan();
  plan.policies.encoder = zstd_encoder_name();
  Image zstd = testing::value(pack(sample_tree().tree, plan, world.world));
  ASSERT_EQ(zstd.layers.size(), gzip.layers.size());
  for (size_t i = 0; i < zstd.layers.size(); ++i) {
    EXPECT_EQ(zstd.layers[i].diff_id, gzip.layers[i].diff_id);
    EXPECT_NE(zstd.layers[i].digest, gzip.layers[i].digest);
    EXPECT_THAT(zstd.layers[i].media_type, HasSubstr("tar+zstd"));
    EXPECT_EQ(sha256(tar_of(world, zstd.layers[i])), zstd.layers[i].diff_id);
  }
}

TEST(Pack, RefusesAnEncoderThatItLacks) {
  TestWorld world;
  plan::Plan plan = sample_tree_plan();
  plan.policies.encoder = "zstd-9.9.9-3-4MiB";
  auto image = pack(sample_tree().tree, plan, world.world);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::unsupported);
}

TEST(Pack, EndsSoonWhenAskedTo) {
  TestWorld world;
  world.stop = true;
  auto image = pack(sample_tree().tree, sample_tree_plan(), world.world);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::interrupted);
}

TEST(Pack, SaysWhatAPayloadLacks) {
  TestWorld world;
  TreeBuilder builder = sample_tree();
  builder.tree.nodes.at("usr/bin/tool").content.payload = sha256("never stored");
  auto image = pack(builder.tree, sample_tree_plan(), world.world);
  ASSERT_FALSE(image);
  EXPECT_EQ(image.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace kiln::image
