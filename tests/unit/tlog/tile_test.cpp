// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/right_edge.hpp"
#include "scratch_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::tlog {
namespace {

using testing::numbered;
using testing::value;

TEST(Tile, HasThePathsOfTheSpecification) {
  EXPECT_EQ((TileId{0, 1234067, 256}.path()), "tile/0/x001/x234/067");
  EXPECT_EQ((TileId{2, 0, 17}.path()), "tile/2/000.p/17");
  EXPECT_EQ((TileId{{}, 999, 256}.path()), "tile/entries/999");
  EXPECT_EQ((TileId{{}, 1000, 1}.path()), "tile/entries/x001/000.p/1");
  for (const TileId& id : {TileId{0, 1234067, 256}, TileId{63, 5, 255}, TileId{{}, 1000, 1}})
    EXPECT_EQ(value(TileId::parse(id.path())), id);
}

TEST(Tile, RefusesPathsThatAreNoTiles) {
  for (const char* path : {"",
                           "checkpoint",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/64/000",
                           "tile/00/000",
                           "tile/0/0000",
                           "tile/0/00",
                           "tile/0/x000/001",
                           "tile/0/001/002",
                           "tile/0/x001/x002",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/",
                           "tile/-1/000",
                           "tile/data/000",
                           "tile/0/../000",
                           "tile/0/x999/x999/x999/x999/x999/x999/x999/x999/999"})
    EXPECT_FALSE(TileId::parse(path)) << path;
}

TEST(Tile, ATreeOf70000EntriesHasTheTilesOfTheSpecificationsExample) {
  EXPECT_EQ(tile_in_tree(0, 272, 70000)->width, 256U);
  EXPECT_EQ(tile_in_tree(0, 273, 70000)->width, 112U);
  EXPECT_FALSE(tile_in_tree(0, 274, 70000));
  EXPECT_EQ(tile_in_tree(1, 0, 70000)->width, 256U);
  EXPECT_EQ(tile_in_tree(1, 1, 70000)->width, 17U);
  EXPECT_EQ(tile_in_tree(2, 0, 70000)->width, 1U);
  EXPECT_FALSE(tile_in_tree(3, 0, 70000));
  EXPECT_FALSE(tile_in_tree(0, 1, 256));
  EXPECT_EQ(tile_in_tree(1, 0, 256)->width, 1U);
}

TEST(Tile, BundlesHoldExactlyTheirEntries) {
  std::string bundle;
  append_to_bundle(bundle, "");
  append_to_bundle(bundle, std::string(65535, 'x'));
  EXPECT_THAT(value(decode_bundle(bundle, 2)), ::testing::ElementsAre("", std::string(65535, 'x')));
  EXPECT_FALSE(decode_bundle(bundle, 1));
  EXPECT_FALSE(decode_bundle(bundle, 3));
  EXPECT_FALSE(decode_bundle(bundle.substr(0, bundle.size() - 1), 2));
  EXPECT_FALSE(decode_bundle(bundle + "x", 2));
  EXPECT_FALSE(decode_tile(std::string(31, 'x'), 1));
}

class MapTiles final : public TileSource {
 public:
  Result<std::string> read(const std::string& path, uint64_t) override {
    auto found = files.find(path);
    if (found == files.end()) return fail(ErrorCode::not_found, path);
    return found->second;
  }
  void add(const std::vector<TileFile>& more) {
    for (const TileFile& file : more) files[file.id.path()] = file.bytes;
  }
  std::map<std::string, std::string> files;
};

TEST(RightEdge, GrowsATreeAcrossThreeLevelsOfTiles) {
  constexpr uint64_t k_size = 66000;
  MapTiles tiles;
  RightEdge edge;
  Frontier expected;
  uint64_t step = 1;
  while (edge.size() < k_size) {
    std::vector<std::string> entries = numbered(edge.size(), std::min(step, k_size - edge.size()));
    step = step * 3 % 997;
    for (const std::string& entry : entries) expected.append(leaf_hash(entry));
    tiles.add(edge.append(entries));
    ASSERT_EQ(edge.root(), expected.root()) << edge.size();
  }
  TreeReader tree(tiles, k_size);
  EXPECT_EQ(value(root(tree, k_size)), expected.root());
  EXPECT_EQ(value(peaks(tree, k_size)), expected.peaks());
  for (uint64_t index :
       {uint64_t{0}, uint64_t{255}, uint64_t{256}, uint64_t{65535}, uint64_t{65536}, k_size - 1}) {
    std::string entry = value(read_entry(tiles, index, k_size, expected.root()));
    EXPECT_EQ(entry, numbered(index, 1)[0]);
  }
  RightEdge loaded = value(RightEdge::load(tiles, k_size));
  EXPECT_EQ(loaded.root(), expected.root());
  expected.append(leaf_hash("one more"));
  loaded.append(std::vector<std::string>{"one more"});
  EXPECT_EQ(loaded.root(), expected.root());
}

TEST(RightEdge, RefusesEntriesThatAreNotThoseOfTheTile) {
  MapTiles tiles;
  RightEdge edge;
  tiles.add(edge.append(numbered(0, 5)));
  EXPECT_TRUE(RightEdge::load(tiles, 5));
  EXPECT_FALSE(RightEdge::load(tiles, 6));
  tiles.files["tile/entries/000.p/5"].back() = 'x';
  EXPECT_EQ(RightEdge::load(tiles, 5).error().code, ErrorCode::corrupt);
}

TEST(TreeReader, ReadsTheFullTileWhenThePartialOneIsGone) {
  MapTiles tiles;
  RightEdge edge;
  tiles.add(edge.append(numbered(0, 100)));
  Digest at_100 = edge.root();
  tiles.add(edge.append(numbered(100, 200)));
  tiles.files.erase("tile/0/000.p/100");
  tiles.files.erase("tile/entries/000.p/100");
  EXPECT_EQ(value(read_entry(tiles, 99, 100, at_100)), "entry 99");
}

}  // namespace
}  // namespace kiln::tlog
