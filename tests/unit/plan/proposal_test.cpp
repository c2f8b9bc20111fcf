// SPDX-License-Identifier: Apache-2.0
//
// Questions to a universe that proposes an answer, as Alpine's does.
#include "packages/apk/universe.hpp"
#include "plan/pins.hpp"
#include "plan/resolver.hpp"
#include "support/apk_repository.hpp"
#include "support/result_matchers.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using packages::apk::ApkUniverse;
using packages::apk::PackageSet;

using testing::apk_index_entry;
using testing::value;

packages::apk::IndexSource source_of(std::string_view text, const std::string& tag = "") {
  auto entries = value(packages::apk::parse_index(text, "x86_64"));
  auto bytes = std::make_shared<const std::string>(value(packages::apk::compile_index(entries, 0)));
  auto index = value(packages::apk::PackageIndex::open(*bytes));
  return {index, bytes, {"http://mirror.test"}, "test", tag};
}

ApkUniverse universe_of(std::string_view text) {
  return {PackageSet({source_of(text)}), {}};
}

// The version taken for "name=2" where version 1 is in a repository without tag and 3 in @new.
std::string taken(const std::string& name) {
  ApkUniverse universe{PackageSet({source_of(apk_index_entry("a", "1")),
                                   source_of(apk_index_entry("a", "3"), "new")}),
                       {}};
  std::vector<Relaxation> relaxations;
  Wish wish{{name, packages::RelationOp::equal, "2", ""}, "image.yaml:1:1"};
  return value(apply_pin(universe, wish, PinPolicy::any, relaxations)).requirement.version;
}

Question asking(std::vector<std::string> names) {
  Question question;
  for (std::string& name : names)
    question.wishes.push_back({{std::move(name), {}, {}, {}}, "image.yaml:1:1"});
  return question;
}

std::vector<std::string> names(const ApkUniverse& universe, const Answer& answer) {
  std::vector<std::string> names;
  for (const Choice& choice : answer.choices)
    names.push_back(universe.get(choice.candidate).id.name);
  std::ranges::sort(names);
  return names;
}

using Names = std::vector<std::string>;

// As busybox-mdev-openrc of Alpine 3.19, by whose name `dev-openrc` apk comes to it when it follows
// the conditions of mdevd-openrc, which has that name, too.
TEST(Proposal, APackageWithoutConditionsMayBeChosenByTheNameOfOneThatHasSome) {
  ApkUniverse universe = universe_of(
      apk_index_entry("base", "1", "D:openrc mdev-openrc\n") + apk_index_entry("openrc", "1") +
      apk_index_entry("mdev-openrc", "1", "k:30\np:dev-openrc\n") + apk_index_entry("mdevd", "1") +
      apk_index_entry("mdevd-openrc", "1", "k:20\np:dev-openrc\ni:openrc mdevd\n"));
  EXPECT_EQ(names(universe, value(resolve(universe, asking({"base"})))),
            (Names{"base", "mdev-openrc", "openrc"}));
}

// "x@y" is x with a tag to whoever asks for it.
TEST(Proposal, APackageWhoseNameHoldsATagCanBeHadByWhatItProvides) {
  ApkUniverse universe = universe_of(apk_index_entry("a", "1", "D:virtual\n") +
                                     apk_index_entry("x@y", "1", "k:1\np:virtual\n"));
  EXPECT_EQ(names(universe, value(resolve(universe, asking({"a"})))), (Names{"a", "x@y"}));
}

TEST(Proposal, IsFollowedWithReasons) {
  ApkUniverse universe =
      universe_of(apk_index_entry("a", "1", "D:mta\n") + apk_index_entry("x", "1", "p:mta\n") +
                  apk_index_entry("y", "1", "p:mta\nk:10\n") +
                  apk_index_entry("a-doc", "1", "i:a docs\n") + apk_index_entry("docs", "1"));
  Answer answer = testing::value(resolve(universe, asking({"a", "docs"})));
  EXPECT_EQ(names(universe, answer), (Names{"a", "a-doc", "docs", "y"}));
  for (const Choice& choice : answer.choices) {
    if (universe.get(choice.candidate).id.name != "a-doc") continue;
    EXPECT_EQ(choice.reasons.front().relation, "Install-If: a and docs");
  }
}

TEST(Proposal, APinIsRelaxedToWhatItsTagAllows) {
  EXPECT_EQ(taken("a"), "1") << "apk takes a tagged repository's only where its tag is named";
  EXPECT_EQ(taken("a@new"), "3");
}

TEST(Proposal, ATagNeedsARepository) {
  ApkUniverse universe = universe_of(apk_index_entry("a", "1"));
  Result<Answer> answer = resolve(universe, asking({"a@new"}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message,
            "a@new asks for a repository with the tag @new, and there is none");
}

TEST(Proposal, RefusesWhatThePackageManagerRefuses) {
  ApkUniverse universe =
      universe_of(apk_index_entry("a", "1", "D:mta\n") + apk_index_entry("x", "1", "p:mta\n") +
                  apk_index_entry("y", "1", "p:mta\n"));
  auto answer = resolve(universe, asking({"a"}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unsatisfiable);
  EXPECT_TRUE(answer.error().message.starts_with(
      "apk would not install these packages: nothing can be chosen for mta"))
      << answer.error().str();
}

TEST(Proposal, SaysInItsOwnWordsWhatIsMissing) {
  ApkUniverse universe = universe_of(apk_index_entry("a", "1", "D:so:b.so.1\n"));
  auto answer = resolve(universe, asking({"a"}));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("so:b.so.1"), std::string::npos) << answer.error().str();
  EXPECT_EQ(answer.error().message.find("apk would"), std::string::npos) << answer.error().str();
}

TEST(Proposal, HonoursExclusions) {
  ApkUniverse universe = universe_of(apk_index_entry("a", "1", "D:b c\n") +
                                     apk_index_entry("b", "1") + apk_index_entry("c", "1"));
  Question question = asking({"a"});
  question.exclusions.insert("b");
  EXPECT_EQ(names(universe, testing::value(resolve(universe, question))), (Names{"a", "c"}));
}

}  // namespace
}  // namespace kiln::plan
