// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/solver.hpp"

#include "solving.hpp"
#include "support/apk_repository.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using kiln::testing::apk_index_entry;
using testing::Names;
using testing::solved;
using testing::source_of;

PackageSet set_of(std::string_view index) {
  return PackageSet({source_of(index, "test")});
}

TEST(ApkSolver, TakesTheNewestVersionAndWhatItNeeds) {
  PackageSet set = set_of(apk_index_entry("a", "1", "D:so:b.so.1\n") +
                          apk_index_entry("b", "1", "p:so:b.so.1=1\n") +
                          apk_index_entry("b", "2", "p:so:b.so.1=1.1\n"));
  EXPECT_EQ(solved(set, {"a"}), (Names{"a=1", "b=2"}));
}

TEST(ApkSolver, ChoosesAVirtualProviderByPriorityOnly) {
  std::string common = apk_index_entry("a", "1", "D:mta\n") + apk_index_entry("x", "1", "p:mta\n");
  EXPECT_EQ(solved(set_of(common + apk_index_entry("y", "1", "p:mta\n")), {"a"}), Names{"refused"});
  PackageSet ranked = set_of(common + apk_index_entry("y", "1", "p:mta\nk:10\n"));
  EXPECT_EQ(solved(ranked, {"a"}), (Names{"a=1", "y=1"}));
  EXPECT_EQ(solved(ranked, {"a", "x"}), (Names{"a=1", "x=1"}));
  // As xdvi of Alpine 3.19, which xdvik alone provides.
  EXPECT_EQ(solved(set_of(common), {"mta"}), Names{"refused"});
}

TEST(ApkSolver, FollowsInstallIf) {
  PackageSet set = set_of(apk_index_entry("a", "1") + apk_index_entry("docs", "1") +
                          apk_index_entry("a-doc", "1", "i:a=1 docs\n"));
  EXPECT_EQ(solved(set, {"a"}), Names{"a=1"});
  EXPECT_EQ(solved(set, {"a", "docs"}), (Names{"a-doc=1", "a=1", "docs=1"}));
}

// As sane-udev of Alpine 3.19, which wants sane and udev: eudev provides the latter, and may be
// come to last.
TEST(ApkSolver, FollowsInstallIfOfProvidedNames) {
  PackageSet set = set_of(apk_index_entry("a", "1") + apk_index_entry("eudev", "1", "p:udev\n") +
                          apk_index_entry("a-udev", "1", "i:a=1 udev\n"));
  EXPECT_EQ(solved(set, {"a", "eudev"}), (Names{"a-udev=1", "a=1", "eudev=1"}));
}

// As nginx-openrc of Alpine 3.19, which wants its own nginx: openresty provides that name too.
TEST(ApkSolver, ANameWithoutVersionMeetsNoDemandForOne) {
  PackageSet set =
      set_of(apk_index_entry("rest", "1", "p:nginx\n") + apk_index_entry("nginx", "2", "k:9\n") +
             apk_index_entry("rc", "1") + apk_index_entry("nginx-rc", "2", "i:rc nginx=2\n") +
             apk_index_entry("a", "1", "D:nginx>1\n"));
  EXPECT_EQ(solved(set, {"rest", "rc"}), (Names{"rc=1", "rest=1"}));
  EXPECT_EQ(solved(set, {"a"}), (Names{"a=1", "nginx=2"}));
  PackageSet without = set_of(apk_index_entry("rest", "1", "p:nginx\nk:9\n") +
                              apk_index_entry("a", "1", "D:nginx>1\n"));
  EXPECT_EQ(solved(without, {"a"}), Names{"refused"});
}

// As `lua mpv-libs` of Alpine 3.19: mpv-libs needs luajit, which could stand for lua.
TEST(ApkSolver, SettlesFirstWhatIsAskedFor) {
  PackageSet set = set_of(apk_index_entry("lua54", "1", "k:2\np:lua\n") +
                          apk_index_entry("luajit", "1", "k:1\np:lua\n") +
                          apk_index_entry("mpv", "1", "D:luajit\n"));
  EXPECT_EQ(solved(set, {"lua", "mpv"}), (Names{"lua54=1", "luajit=1", "mpv=1"}));
}

// The package's own name comes before one that others provide, though only install_if calls for it.
TEST(ApkSolver, SettlesWhatIsCalledForBesideWhatIsNeeded) {
  PackageSet set =
      set_of(apk_index_entry("a", "1", "D:mta\n") + apk_index_entry("better", "1", "k:5\np:mta\n") +
             apk_index_entry("other", "1", "k:1\np:mta\ni:a\n"));
  EXPECT_EQ(solved(set, {"a"}), (Names{"a=1", "other=1"}));
}

// b-more needs w as well, so that w waits for it and v is settled before, by the better a.
TEST(ApkSolver, WaitsForPackagesWhoseInstallIfCannotBeMet) {
  std::string common = apk_index_entry("a", "1", "k:2\nD:x\np:v\n") +
                       apk_index_entry("b", "1", "k:1\np:v w=1\n") + apk_index_entry("x", "1");
  EXPECT_EQ(solved(set_of(common), {"v", "w"}), Names{"b=1"});
  PackageSet more = set_of(common + apk_index_entry("b-more", "1", "D:w\ni:b absent\n"));
  EXPECT_EQ(solved(more, {"v", "w"}), (Names{"a=1", "b=1", "x=1"}));
}

// The last one listed is settled first.
TEST(ApkSolver, TakesWishesInTheOrderOfTheirNamesWithoutCase) {
  PackageSet set =
      set_of(apk_index_entry("one", "1", "k:5\np:a\n") +
             apk_index_entry("both", "1", "k:1\np:a B\n") + apk_index_entry("other", "1", "p:B\n"));
  EXPECT_EQ(solved(set, {"a", "B"}), Names{"both=1"});
}

// In another order p9 would be taken as well.
TEST(ApkSolver, LooksAtNamesInTheOrderOfApksTable) {
  PackageSet set = set_of(apk_index_entry("p1", "1", "D:S1\np:v1=2\n") +
                          apk_index_entry("p2", "1", "p:v2\ni:p8\n") + apk_index_entry("p5", "1") +
                          apk_index_entry("p6", "1") + apk_index_entry("p8", "1", "p:S1=1\n") +
                          apk_index_entry("p9", "1", "i:v2\n"));
  EXPECT_EQ(solved(set, {"p5", "p6", "v1"}), (Names{"p1=1", "p2=1", "p5=1", "p6=1", "p8=1"}));
}

TEST(ApkSolver, VersionedProvidesOfOneNameExcludeEachOther) {
  std::string index = apk_index_entry("x", "1", "p:n=1\n") + apk_index_entry("y", "1", "p:n=1\n");
  EXPECT_EQ(solved(set_of(index), {"x", "y"}), Names{"refused"});
  std::string free = apk_index_entry("x", "1", "p:n\n") + apk_index_entry("y", "1", "p:n\n");
  EXPECT_EQ(solved(set_of(free), {"x", "y"}), (Names{"x=1", "y=1"}));
}

TEST(ApkSolver, HeedsConflicts) {
  PackageSet set = set_of(apk_index_entry("a", "1", "D:!b\n") + apk_index_entry("b", "1"));
  EXPECT_EQ(solved(set, {"a"}), Names{"a=1"});
  EXPECT_EQ(solved(set, {"a", "b"}), Names{"refused"});
}

TEST(ApkSolver, DoesWithoutWhatIsExcluded) {
  PackageSet set = set_of(apk_index_entry("a", "1", "D:b so:c\n") + apk_index_entry("b", "1") +
                          apk_index_entry("c", "1", "p:so:c=1\n"));
  EXPECT_EQ(solved(set, {"a"}, {"b", "c"}), Names{"a=1"});
}

// Packages of a tagged repository are taken for who asks for the tag, and for what that needs.
TEST(ApkSolver, TakesFromTaggedRepositoriesWhatIsTagged) {
  std::string main = apk_index_entry("a", "1") + apk_index_entry("lib", "1");
  std::string edge = apk_index_entry("a", "2", "D:lib>=2\n") + apk_index_entry("lib", "2") +
                     apk_index_entry("c", "1");
  PackageSet set({source_of(main, "main"), source_of(edge, "edge", "edge")});
  EXPECT_EQ(solved(set, {"a"}), Names{"a=1"});
  EXPECT_EQ(solved(set, {"a@edge"}), (Names{"a=2", "lib=2"}));
  EXPECT_EQ(solved(set, {"a", "lib@edge"}), (Names{"a=1", "lib=2"}));
  EXPECT_EQ(solved(set, {"c"}), Names{"refused"});
  EXPECT_EQ(solved(set, {"c@edge"}), Names{"c=1"});
  EXPECT_EQ(solved(set, {"c@testing"}), Names{"refused"});
}

TEST(ApkSolver, APackageOfBothKindsOfRepositoriesNeedsNoTag) {
  std::string same = apk_index_entry("a", "1");
  PackageSet set({source_of(same, "edge", "edge"), source_of(same, "main")});
  EXPECT_EQ(solved(set, {"a"}), Names{"a=1"});
}

TEST(ApkSolver, VersionsOfWishesBind) {
  PackageSet set = set_of(apk_index_entry("a", "1.2.3-r0") + apk_index_entry("a", "1.3.0-r0"));
  EXPECT_EQ(solved(set, {"a~1.2"}), Names{"a=1.2.3-r0"});
  EXPECT_EQ(solved(set, {"a<1.3"}), Names{"a=1.2.3-r0"});
  EXPECT_EQ(solved(set, {"a=1.2.3-r0"}), Names{"a=1.2.3-r0"});
  EXPECT_EQ(solved(set, {"a=1.2.3-r1"}), Names{"refused"});
  EXPECT_EQ(solved(set, {"a>=1.0"}), Names{"a=1.3.0-r0"});
}

// A chain longer than a stack or a look at all names for each could bear.
TEST(ApkSolver, FollowsLongChains) {
  constexpr int k_last = 200000;
  std::string text;
  for (int i = 0; i < k_last; ++i)
    text += apk_index_entry(fmt::format("p{}", i), "1", fmt::format("D:p{}\n", i + 1));
  text += apk_index_entry(fmt::format("p{}", k_last), "1");
  EXPECT_EQ(solved(set_of(text), {"p0"}).size(), k_last + 1U);
}

// Each package after the first is called for by the one before.
TEST(ApkSolver, FollowsLongChainsOfInstallIf) {
  constexpr int k_last = 20000;
  std::string text = apk_index_entry("p0", "1");
  for (int i = 0; i < k_last; ++i)
    text += apk_index_entry(fmt::format("p{}", i + 1), "1", fmt::format("i:p{}\n", i));
  EXPECT_EQ(solved(set_of(text), {"p0"}).size(), k_last + 1U);
}

// Nothing is settled before all are listed.
TEST(ApkSolver, TakesManyDependenciesOfOnePackage) {
  constexpr int k_count = 20000;
  std::string text;
  std::string needs = "D:";
  for (int i = 0; i < k_count; ++i) {
    text += apk_index_entry(fmt::format("p{}", i), "1");
    needs += fmt::format("p{} ", i);
  }
  text += apk_index_entry("all", "1", needs + "\n");
  EXPECT_EQ(solved(set_of(text), {"all"}).size(), k_count + 1U);
}

}  // namespace
}  // namespace kiln::packages::apk
