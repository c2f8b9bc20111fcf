// SPDX-License-Identifier: Apache-2.0
#include "plan/questions.hpp"

#include "support/mock_universe.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using testing::MockUniverse;
using Names = std::vector<std::string>;

const MockUniverse& universe() {
  static const MockUniverse k_universe(
      "curl 8; Depends: libcurl4, libc6\nlibcurl4 8; Depends: libssl3, libc6\nlibssl3 3; Depends: "
      "libc6\nlibc6 2\ngit 2; Depends: libcurl4\nvim 9; Depends: libtinfo6\nlibtinfo6 6\n"
      "libcurl4 7; Repository: old; Pin: 100\nrival 1; Conflicts: libc6\n");
  return k_universe;
}

Wish wish(std::string name, std::string origin = "image.yaml:1") {
  return {{std::move(name), packages::RelationOp::any, "", ""}, std::move(origin)};
}

Question question() {
  return {{wish("curl", "image.yaml:7"), wish("git", "image.yaml:8")}, {"perl"}};
}

Answer answer() {
  return testing::value(resolve(universe(), question()));
}

TEST(Questions, ShowEveryChainToAWishShortestFirst) {
  Names chains;
  for (const Chain& chain : testing::value(why(grounds(answer(), universe()), "libssl3")))
    chains.push_back(chain.str());
  EXPECT_EQ(chains, (Names{"curl (image.yaml:7) -> libcurl4 -> libssl3",
                           "git (image.yaml:8) -> libcurl4 -> libssl3"}));
  EXPECT_EQ(testing::value(why(grounds(answer(), universe()), "libc6", 2)).size(), 2U);
  auto curl = testing::value(why(grounds(answer(), universe()), "curl"));
  ASSERT_EQ(curl.size(), 1U);
  EXPECT_EQ(curl[0].str(), "curl (image.yaml:7)");
}

TEST(Questions, NameTheNearestPackageOfThePlan) {
  Error error = why(grounds(answer(), universe()), "libssl").error();
  EXPECT_EQ(error.message, "libssl is not in the plan");
  EXPECT_EQ(error.hint, "did you mean libssl3?");
}

TEST(Questions, FindChainsInCirclesOnce) {
  MockUniverse circle("a 1; Depends: b\nb 1; Depends: c\nc 1; Depends: a, b\n");
  Answer found = testing::value(resolve(circle, {{wish("a")}, {}}));
  auto chains = testing::value(why(grounds(found, circle), "b"));
  ASSERT_EQ(chains.size(), 1U);
  EXPECT_EQ(chains[0].str(), "a (image.yaml:1) -> b");
}

TEST(Questions, TellWhatLeavesWithAPackage) {
  std::vector<Ground> all = grounds(answer(), universe());
  EXPECT_EQ(testing::value(what_leaves(all, "git")), Names{"git"});
  EXPECT_EQ(testing::value(what_leaves(all, "libcurl4")), (Names{"libcurl4", "libssl3"}));
}

TEST(Questions, AnswerFromALockAlone) {
  LockedPlan locked;
  for (const Ground& ground : grounds(answer(), universe())) {
    locked.plan.packages.push_back({ground.id, {}, 0});
    locked.origins.push_back({"", "", ground.repository, {}, 0, ground.reasons});
  }
  EXPECT_EQ(testing::value(why(grounds(locked), "libssl3")).size(), 2U);
  EXPECT_EQ(testing::value(what_leaves(grounds(locked), "libcurl4")).size(), 2U);
}

TEST(Questions, ListTheVersionsOnOffer) {
  auto versions = testing::value(why_version(universe(), answer(), "libcurl4"));
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].version, "8");
  EXPECT_TRUE(versions[0].chosen);
  EXPECT_EQ(versions[1].repository, "old");
  EXPECT_EQ(versions[1].priority, 100);
  EXPECT_FALSE(versions[1].chosen);
  EXPECT_FALSE(why_version(universe(), answer(), "nothing"));
}

TEST(Questions, TellWhatWouldChange) {
  Difference change =
      testing::value(what_if(universe(), question(), {wish("vim")}, {"curl", "git"}));
  auto names = [](const std::vector<model::PackageId>& ids) {
    Names list;
    for (const model::PackageId& id : ids) list.push_back(id.name);
    return list;
  };
  EXPECT_EQ(names(change.added), (Names{"libtinfo6", "vim"}));
  EXPECT_EQ(names(change.removed), (Names{"curl", "git", "libc6", "libcurl4", "libssl3"}));
  Wish pinned{{"libcurl4", packages::RelationOp::equal, "7", ""}, "image.yaml:9"};
  change = testing::value(what_if(universe(), question(), {pinned}, {}));
  ASSERT_EQ(change.moved.size(), 1U);
  EXPECT_EQ(change.moved[0].after, "7");
}

TEST(Questions, TellWhyAPackageIsNotThere) {
  auto text = [](std::string_view name) {
    return testing::value(why_not(universe(), question(), name)).text;
  };
  EXPECT_EQ(text("libssl3"), "libssl3 is in the plan");
  EXPECT_EQ(text("perl"), "the definition excludes perl ('!perl')");
  EXPECT_EQ(text("vim"), "nothing in the plan needs vim; asking for it would add 2 packages");
  EXPECT_TRUE(text("rival").ends_with("(rival has Conflicts: libc6)")) << text("rival");
  EXPECT_EQ(text("nowhere"),
            "there is no package nowhere in the repositories of this image (asked on trial)");
}

}  // namespace
}  // namespace kiln::plan
