// SPDX-License-Identifier: Apache-2.0
#include "image/layers.hpp"

#include "image/recipe.hpp"
#include "sample_tree.hpp"

#include <gmock/gmock.h>

namespace kiln::image {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

std::vector<std::string> titles(const std::vector<LayerGroup>& groups) {
  std::vector<std::string> list;
  for (const LayerGroup& group : groups) list.push_back(group.title);
  return list;
}

std::vector<std::string> paths(const LayerGroup& group) {
  std::vector<std::string> list;
  for (const LayerEntry& entry : group.entries) list.emplace_back(entry.path);
  return list;
}

const LayerGroup& titled(const std::vector<LayerGroup>& groups, std::string_view title) {
  for (const LayerGroup& group : groups)
    if (group.title == title) return group;
  throw std::runtime_error("no layer " + std::string(title));
}

std::vector<LayerGroup> group(const TreeBuilder& builder, const plan::Plan& plan) {
  return testing::value(group_layers(builder.tree, plan));
}

Digest recipe_of(const LayerGroup& group) {
  return testing::value(Recipe::of(group)).digest();
}

TEST(Layers, GivesLargePackagesTheirOwnInTheOrderOfInstallation) {
  TreeBuilder builder = sample_tree();
  auto groups = group(builder, sample_tree_plan());
  EXPECT_THAT(titles(groups), ElementsAre("packages: libbig", "packages: tool",
                                          "packages: 2 small ones", "definition"));
  EXPECT_THAT(paths(groups[0]),
              ElementsAre("usr", "usr/lib", "usr/lib/libbig.so", "usr/lib/libbig.so.1"));
  EXPECT_THAT(groups[2].packages, ElementsAre("small", "tiny"));
  EXPECT_THAT(paths(groups[3]), ElementsAre("etc", "etc/app.conf", "etc/empty"));
}

TEST(Layers, HaveTheSameBytesInEveryImageThatHasThePackage) {
  TreeBuilder one = sample_tree();
  TreeBuilder other;
  other.tree.created = 1;
  other.file("usr/lib/libbig.so.1", noise(3'000'000, 1), package("libbig"));
  other.link("usr/lib/libbig.so", model::FileType::symlink, "libbig.so.1", package("libbig"));
  other.file("usr/lib/another", "x", package("another"));
  other.directory("usr/lib", package("another")).mtime = 5;
  auto a = group(one, sample_tree_plan());
  auto b = group(other, sample_plan({"another", "libbig"}));
  EXPECT_EQ(recipe_of(titled(a, "packages: libbig")), recipe_of(titled(b, "packages: libbig")));
}

TEST(Layers, HaveOtherBytesWhenAFileDiffers) {
  TreeBuilder builder = sample_tree();
  auto before = group(builder, sample_tree_plan());
  Digest old = recipe_of(titled(before, "packages: libbig"));
  builder.file("usr/lib/libbig.so.1", noise(3'000'000, 9), package("libbig"));
  EXPECT_NE(recipe_of(titled(group(builder, sample_tree_plan()), "packages: libbig")), old);
}

TEST(Layers, PutWhatWasChangedOnTop) {
  TreeBuilder builder = sample_tree();
  builder.tree.nodes.at("etc/tiny.conf").modifiers = {definition("paths[2]")};
  auto groups = group(builder, sample_tree_plan());
  EXPECT_THAT(paths(groups.back()), Contains("etc/tiny.conf"));
  EXPECT_THAT(paths(titled(groups, "packages: 2 small ones")), Not(Contains("etc/tiny.conf")));
}

TEST(Layers, PutDirectoriesThatWereChangedOnTopToo) {
  TreeBuilder builder = sample_tree();
  builder.tree.nodes.at("usr/lib").modifiers = {definition("paths[2]")};
  EXPECT_THAT(paths(group(builder, sample_tree_plan()).back()), Contains("usr/lib"));
}

TEST(Layers, LetHardLinksFollowTheFileThatTheyShare) {
  TreeBuilder builder = sample_tree();
  builder.tree.nodes.at("usr/bin/tool").modifiers = {definition("paths[2]")};
  const LayerGroup top = group(builder, sample_tree_plan()).back();
  EXPECT_THAT(paths(top), Contains("usr/bin/a-tool"));
  EXPECT_THAT(paths(top), Contains("usr/bin/tool"));
}

TEST(Layers, MakeTheFirstNameOfAFileTheOneWithTheContent) {
  TreeBuilder builder = sample_tree();
  const LayerGroup tool = titled(group(builder, sample_tree_plan()), "packages: tool");
  ASSERT_THAT(paths(tool), ElementsAre("usr", "usr/bin", "usr/bin/a-tool", "usr/bin/tool"));
  EXPECT_EQ(tool.entries[2].link_to, "");
  EXPECT_EQ(tool.entries[2].node->content.size, 1'500'000U);
  EXPECT_EQ(tool.entries[3].link_to, "usr/bin/a-tool");
}

TEST(Layers, AreAtMostSixty) {
  TreeBuilder builder;
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) {
    names.push_back("package" + std::to_string(i));
    builder.file("opt/" + names.back(), std::string(k_own_layer_size + i, 'x'),
                 package(names.back()));
  }
  builder.file("etc/mine", "x", definition("paths[0]"));
  auto groups = group(builder, sample_plan(names));
  ASSERT_EQ(groups.size(), 60U);
  EXPECT_EQ(groups[0].title, "packages: package42");
  EXPECT_EQ(groups[58].title, "packages: 42 small ones");
}

TEST(Layers, AreOneWhenSquashed) {
  TreeBuilder builder = sample_tree();
  plan::Plan plan = sample_tree_plan();
  plan.policies.layers = 0;
  auto groups = group(builder, plan);
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].entries.size(), builder.tree.nodes.size());
  EXPECT_THAT(groups[0].packages, ElementsAre("libbig", "small", "tiny", "tool"));
}

TEST(Layers, AreOneEmptyOneForAnEmptyTree) {
  auto groups = group(TreeBuilder{}, sample_plan({}));
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_TRUE(groups[0].entries.empty());
}

TEST(Layers, RefuseAPolicyFromTheFuture) {
  plan::Plan plan = sample_tree_plan();
  plan.policies.layers = 7;
  auto groups = group_layers(sample_tree().tree, plan);
  ASSERT_FALSE(groups);
  EXPECT_EQ(groups.error().code, ErrorCode::unsupported);
}

TEST(Layers, RefuseAHardLinkToNothing) {
  TreeBuilder builder;
  builder.link("a", model::FileType::hard_link, "absent", package("p"));
  EXPECT_FALSE(group_layers(builder.tree, sample_plan({"p"})));
}

TEST(Layers, TogetherHoldEveryPathAndNoFileTwice) {
  TreeBuilder builder = sample_tree();
  std::map<std::string, int> seen;
  for (const LayerGroup& layer : group(builder, sample_tree_plan()))
    for (const LayerEntry& entry : layer.entries) {
      bool again = ++seen[std::string(entry.path)] > 1;
      EXPECT_TRUE(!again || entry.node->type == model::FileType::directory) << entry.path;
    }
  EXPECT_EQ(seen.size(), builder.tree.nodes.size());
}

}  // namespace
}  // namespace kiln::image
