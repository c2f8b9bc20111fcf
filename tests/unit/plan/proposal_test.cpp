// SPDX-License-Identifier: Apache-2.0
//
// Questions to a universe that proposes an answer, as Alpine's does.
#include "packages/apk/universe.hpp"
#include "plan/resolver.hpp"
#include "support/result_matchers.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using packages::apk::ApkUniverse;
using packages::apk::PackageSet;

ApkUniverse universe_of(std::string_view index) {
  return {testing::value(PackageSet::create(
              {{std::make_shared<const std::string>(index), "http://mirror.test", "test", ""}})),
          {}};
}

std::string entry(std::string_view name, std::string_view version, std::string_view more = "") {
  return fmt::format("C:Q1AAAA\nP:{}\nV:{}\nA:x86_64\nS:1\nI:1\n{}\n", name, version, more);
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

TEST(Proposal, IsFollowedWithReasons) {
  ApkUniverse universe = universe_of(entry("a", "1", "D:mta\n") + entry("x", "1", "p:mta\n") +
                                     entry("y", "1", "p:mta\nk:10\n") +
                                     entry("a-doc", "1", "i:a docs\n") + entry("docs", "1"));
  Answer answer = testing::value(resolve(universe, asking({"a", "docs"})));
  EXPECT_EQ(names(universe, answer), (Names{"a", "a-doc", "docs", "y"}));
  for (const Choice& choice : answer.choices) {
    if (universe.get(choice.candidate).id.name != "a-doc") continue;
    EXPECT_EQ(choice.reasons.front().relation, "Install-If: a and docs");
  }
}

TEST(Proposal, RefusesWhatThePackageManagerRefuses) {
  ApkUniverse universe = universe_of(entry("a", "1", "D:mta\n") + entry("x", "1", "p:mta\n") +
                                     entry("y", "1", "p:mta\n"));
  auto answer = resolve(universe, asking({"a"}));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unsatisfiable);
  EXPECT_TRUE(answer.error().message.starts_with(
      "apk would not install these packages: nothing can be chosen for mta"))
      << answer.error().str();
}

TEST(Proposal, SaysInItsOwnWordsWhatIsMissing) {
  ApkUniverse universe = universe_of(entry("a", "1", "D:so:b.so.1\n"));
  auto answer = resolve(universe, asking({"a"}));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("so:b.so.1"), std::string::npos) << answer.error().str();
  EXPECT_EQ(answer.error().message.find("apk would"), std::string::npos) << answer.error().str();
}

TEST(Proposal, HonoursExclusions) {
  ApkUniverse universe =
      universe_of(entry("a", "1", "D:b c\n") + entry("b", "1") + entry("c", "1"));
  Question question = asking({"a"});
  question.exclusions.insert("b");
  EXPECT_EQ(names(universe, testing::value(resolve(universe, question))), (Names{"a", "c"}));
}

}  // namespace
}  // namespace kiln::plan
