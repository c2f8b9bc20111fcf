// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/relation.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

std::string shown(std::string_view field, std::string_view architecture = "amd64") {
  auto groups = parse_dependencies(field, DependencyKind::depends, architecture);
  if (!groups) return "error: " + groups.error().message;
  std::string text;
  for (const Dependency& group : *groups) text += (text.empty() ? "" : "; ") + group.str();
  return text;
}

TEST(DebRelation, ReadsGroupsAlternativesVersionsAndQualifiers) {
  EXPECT_EQ(shown("libc6 (>= 2.34), default-mta | mail-transport-agent,\n python3:any (<< 3.14~)"),
            "libc6 (>= 2.34); default-mta | mail-transport-agent; python3:any (<< 3.14~)");
  EXPECT_EQ(shown("a(=1),b (>>2) , c(<= 3)|d:native"), "a (= 1); b (>> 2); c (<= 3) | d:native");
  EXPECT_EQ(shown(""), "");
  EXPECT_EQ(shown(" , a, , b,"), "a; b");
}

TEST(DebRelation, ReadsTheOldFormsOfOperators) {
  EXPECT_EQ(shown("a (< 1), b (> 2), c (3), d (== 4)"), "a (<= 1); b (>= 2); c (= 3); d (= 4)");
}

TEST(DebRelation, KeepsWhatHoldsForTheArchitecture) {
  std::string_view field =
      "a [amd64 arm64], b [!amd64], c [linux-any], d [any-arm] | e, f [!armhf]";
  EXPECT_EQ(shown(field, "amd64"), "a; c; e; f");
  EXPECT_EQ(shown(field, "armhf"), "b; c; d | e");
}

TEST(DebRelation, KeepsWhatHoldsWithoutBuildProfiles) {
  EXPECT_EQ(shown("a <!nocheck>, b <stage1>, c <cross> <!stage1 !nodoc>, d [amd64] <!x> | e"),
            "a; c; d | e");
}

TEST(DebRelation, RefusesWhatIsNoRelation) {
  for (std::string_view bad :
       {"a b", "a (>= 1", "a ()", "a (>= )", "a | ", "| a", "a || b", "a | , b", "(>= 1)",
        "a:", "a [amd64", "a <x", "a (>= 1) (<< 2)", "a (>= 1 2)", "a;b", "ä", "a (>> 1 | b)"})
    EXPECT_EQ(shown(bad).substr(0, 6), "error:") << bad;
}

TEST(DebRelation, ReadsProvidedNamesAndVersions) {
  auto names =
      testing::value(parse_provides("mail-transport-agent, python3-abi (= 3.13), x (>= 2)"));
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names[0].name, "mail-transport-agent");
  EXPECT_EQ(names[0].version, "");
  EXPECT_EQ(names[1].version, "3.13");
  EXPECT_EQ(names[2].version, "") << "only an exact version is provided";
}

TEST(DebRelation, ComparesVersionsByEveryOperator) {
  auto holds = [](std::string_view version, RelationOp op) {
    return satisfies_version(version, {.name = "x", .op = op, .version = "2", .architecture = ""});
  };
  EXPECT_TRUE(holds("1", RelationOp::less) && !holds("2", RelationOp::less));
  EXPECT_TRUE(holds("2", RelationOp::less_equal) && !holds("3", RelationOp::less_equal));
  EXPECT_TRUE(holds("0:2-0", RelationOp::equal) && !holds("2.0", RelationOp::equal));
  EXPECT_TRUE(holds("2", RelationOp::greater_equal) && !holds("2~", RelationOp::greater_equal));
  EXPECT_TRUE(holds("2+b1", RelationOp::greater) && !holds("2", RelationOp::greater));
  EXPECT_TRUE(holds("0", RelationOp::any));
}

}  // namespace
}  // namespace kiln::packages::deb
