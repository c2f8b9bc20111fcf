// SPDX-License-Identifier: Apache-2.0
#include "plan/resolver.hpp"

#include "support/mock_universe.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using packages::RelationOp;
using testing::MockUniverse;

Question ask(std::initializer_list<std::string> names,
             std::set<std::string, std::less<>> without = {}) {
  Question question;
  size_t line = 0;
  for (const std::string& text : names) {
    packages::Requirement wanted{.name = text};
    if (auto at = text.find('='); at != std::string::npos)
      wanted = {text.substr(0, at), RelationOp::equal, text.substr(at + 1), ""};
    question.wishes.push_back({wanted, "image.yaml:" + std::to_string(++line)});
  }
  question.exclusions = std::move(without);
  return question;
}

std::string names(const packages::Universe& universe, const Answer& answer) {
  std::string text;
  for (const Choice& choice : answer.choices) {
    if (!text.empty()) text += " ";
    text += universe.get(choice.candidate).id.name;
  }
  return text;
}

// The chosen names in the order of installation, or the error and its hint.
std::string solve(const packages::Universe& universe, const Question& question) {
  auto answer = resolve(universe, question);
  if (!answer) return answer.error().message + " / " + answer.error().hint;
  return names(universe, *answer);
}

std::string solve(std::string_view universe, const Question& question) {
  return solve(MockUniverse(universe), question);
}

std::string version_of(std::string_view text, const Question& question, std::string_view name) {
  MockUniverse universe(text);
  Answer answer = testing::value(resolve(universe, question));
  for (const Choice& choice : answer.choices)
    if (universe.get(choice.candidate).id.name == name)
      return universe.get(choice.candidate).id.version;
  return "";
}

TEST(Resolver, TakesWhatIsNeededAndPutsDependenciesFirst) {
  EXPECT_EQ(
      solve("nginx 1; Depends: libc6, nginx-common\nnginx-common 1\nlibc6 2; Depends: gcc-base\n"
            "gcc-base 1\nunrelated 1\n",
            ask({"nginx"})),
      "gcc-base libc6 nginx-common nginx");
}

TEST(Resolver, TakesTheFirstAlternativeThatExists) {
  EXPECT_EQ(solve("a 1; Depends: b | c\nb 1\nc 1\n", ask({"a"})), "b a");
  EXPECT_EQ(solve("a 1; Depends: gone | c\nc 1\n", ask({"a"})), "c a");
  EXPECT_EQ(solve("a 1; Depends: b (>= 2) | c\nb 1\nc 1\n", ask({"a"})), "c a");
}

TEST(Resolver, PassesOverAnAlternativeThatCannotBeInstalled) {
  EXPECT_EQ(solve("a 1; Depends: b | c\nb 1; Depends: x\nx 1; Depends: gone\nc 1\n", ask({"a"})),
            "c a");
}

TEST(Resolver, IsContentWithAnAlternativeThatIsThereAnyway) {
  EXPECT_EQ(solve("a 1; Depends: b | c\nb 1\nc 1\n", ask({"a", "c"})), "c a");
}

TEST(Resolver, TakesTheNamedPackageBeforeItsProviders) {
  EXPECT_EQ(solve("a 1; Depends: mta\nmta 1\npostfix 1; Provides: mta\n", ask({"a"})), "mta a");
  EXPECT_EQ(
      solve("a 1; Depends: mta\nexim 1; Provides: mta\npostfix 1; Provides: mta\n", ask({"a"})),
      "exim a");
}

TEST(Resolver, HeedsVersionsOfProvides) {
  EXPECT_EQ(solve("a 1; Depends: api (>= 2)\nold 9; Provides: api\nolder 9; Provides: api (= 1)\n"
                  "right 1; Provides: api (= 2)\n",
                  ask({"a"})),
            "right a");
}

TEST(Resolver, TakesTheHighestPriorityThenTheHighestVersion) {
  constexpr std::string_view text =
      "curl 8.14-1\ncurl 8.14-1+deb13u1; Repository: security\ncurl 8.20-1~bpo; Pin: 100\n";
  EXPECT_EQ(version_of(text, ask({"curl"}), "curl"), "8.14-1+deb13u1");
  EXPECT_EQ(version_of(text, ask({"curl=8.20-1~bpo"}), "curl"), "8.20-1~bpo");
}

TEST(Resolver, TakesAnOlderVersionOnlyWhereAPinNeedsIt) {
  constexpr std::string_view text =
      "nginx 1; Depends: nginx-common (= 1)\nnginx 2; Depends: nginx-common (= 2)\n"
      "nginx-common 1\nnginx-common 2\n";
  EXPECT_EQ(version_of(text, ask({"nginx"}), "nginx-common"), "2");
  EXPECT_EQ(version_of(text, ask({"nginx=1"}), "nginx-common"), "1");
}

TEST(Resolver, AnswersDoNotDependOnTheOrderOfWishes) {
  constexpr std::string_view text = "a 1; Depends: x | y\nb 1; Depends: y | x\nx 1\ny 1\n";
  EXPECT_EQ(solve(text, ask({"a", "b"})), solve(text, ask({"b", "a"})));
}

TEST(Resolver, GoesBackWhenAChoiceLeadsToAConflict) {
  // The first alternative of `a` conflicts with what `b` cannot do without.
  EXPECT_EQ(
      solve("a 1; Depends: x | y\nx 1; Conflicts: z\ny 1\nb 1; Depends: z\nz 1\n", ask({"a", "b"})),
      "y a z b");
  // The conflict shows only after two choices were made.
  EXPECT_EQ(solve("a 1; Depends: p | q\np 1\nq 1\nb 1; Depends: r | s\nr 1; Depends: t | u\n"
                  "t 1; Breaks: p\nu 1; Depends: gone\ns 1; Breaks: p\n",
                  ask({"a", "b"})),
            "q a t r b");
}

TEST(Resolver, HeedsConflictsThroughProvidesButNotWithItself) {
  EXPECT_EQ(solve("postfix 1; Provides: mta; Conflicts: mta\n", ask({"postfix"})), "postfix");
  EXPECT_EQ(solve("a 1; Depends: exim | postfix\npostfix 1; Provides: mta; Conflicts: mta\n"
                  "exim 1; Provides: mta\n",
                  ask({"a", "postfix"})),
            "postfix a");
}

TEST(Resolver, InstallsNothingThatIsOnlyRecommendedOrEssential) {
  EXPECT_EQ(solve("a 1\ndpkg 1; Essential: yes\n", ask({"a"})), "a");
}

TEST(Resolver, CountsADependencyOnAnExcludedNameAsSatisfied) {
  constexpr std::string_view text =
      "ca 1; Depends: openssl (>= 1), debconf (>= 0.5) | debconf-2.0\nopenssl 3\ndebconf 1\n"
      "cdebconf 1; Provides: debconf-2.0\n";
  EXPECT_EQ(solve(text, ask({"ca"}, {"openssl", "debconf"})), "ca");
}

TEST(Resolver, LetsExclusionsSteerProviders) {
  constexpr std::string_view text =
      "base 1; Pre-Depends: awk\nmawk 1; Provides: awk\noriginal-awk 1; Provides: awk\n"
      "gawk 1; Provides: awk\n";
  EXPECT_EQ(solve(text, ask({"base"})), "mawk base");
  EXPECT_EQ(solve(text, ask({"base"}, {"mawk", "original-awk"})), "gawk base");
  EXPECT_EQ(solve(text, ask({"base"}, {"mawk", "original-awk", "gawk"})), "base");
}

TEST(Resolver, IgnoresExclusionsThatNameNoPackage) {
  EXPECT_EQ(solve("a 1; Depends: b\nb 1; \n", ask({"a"}, {"krb5", "glibc"})), "b a");
}

TEST(Resolver, BreaksCirclesByPreDependenciesThenByName) {
  EXPECT_EQ(solve("a 1; Depends: b\nb 1; Depends: a\n", ask({"b"})), "a b");
  EXPECT_EQ(solve("a 1; Pre-Depends: b\nb 1; Depends: a\n", ask({"a"})), "b a");
}

TEST(Resolver, SurvivesAChainOfManyPackages) {
  std::string text;
  for (int i = 0; i < 1500; ++i)
    text += "p" + std::to_string(i) + " 1; Depends: p" + std::to_string(i + 1) + "\n";
  text += "p1500 1\n";
  MockUniverse universe(text);
  EXPECT_EQ(testing::value(resolve(universe, ask({"p0"}))).choices.size(), 1501U);
}

TEST(Resolver, SaysWhyEachPackageIsThere) {
  MockUniverse universe(
      "a 1; Depends: b | c, mta\nb 1; Depends: d\nc 1\nd 1\nexim 1; Provides: mta; Depends: d\n"
      "postfix 1; Provides: mta\ne 1; Depends: gone | d\n");
  Answer answer = testing::value(resolve(universe, ask({"a", "e"})));
  std::string text;
  for (const Choice& choice : answer.choices) {
    text += universe.get(choice.candidate).id.name + ":";
    for (const Reason& reason : choice.reasons)
      text += " [" + reason.by + "|" + reason.relation + "|" + reason.alternatives + "]";
    text += "\n";
  }
  EXPECT_EQ(text,
            "d: [b|Depends: d|only candidate] [e|Depends: gone | d|only candidate] "
            "[exim|Depends: d|only candidate]\n"
            "b: [a|Depends: b | c|first of b | c]\n"
            "e: [|image.yaml:2|only candidate]\n"
            "exim: [a|Depends: mta|provider of mta, preferred to postfix]\n"
            "a: [|image.yaml:1|only candidate]\n");
}

// Failures.

TEST(Resolver, NamesAMissingPackageAndItsNearMiss) {
  EXPECT_EQ(solve("postgresql 17\n", ask({"postgressql"})),
            "there is no package postgressql in the repositories of this image (image.yaml:1) / "
            "did you mean postgresql?");
  MockUniverse universe("a 1\n");
  universe.put_elsewhere("golang-1.26", "trixie-backports main");
  EXPECT_EQ(solve(universe, ask({"golang-1.26"})),
            "there is no package golang-1.26 in the repositories of this image (image.yaml:1) / "
            "trixie-backports main has it");
  universe.put_unread("golang-1.27", "debian sid");
  EXPECT_EQ(solve(universe, ask({"golang-1.27"})),
            "there is no package golang-1.27 in the repositories of this image (image.yaml:1) / "
            "not looked at: debian sid");
}

TEST(Resolver, SaysWhoHasAMissingPackageAlsoWhenAnotherNameIsNear) {
  MockUniverse universe("php8.4 1\n");
  universe.put_elsewhere("php8.2", "debian bookworm main (8.2.29-1)");
  EXPECT_EQ(solve(universe, ask({"php8.2"})),
            "there is no package php8.2 in the repositories of this image (image.yaml:1) / "
            "debian bookworm main (8.2.29-1) has it; did you mean php8.4?");
}

TEST(Resolver, ListsTheVersionsThatExist) {
  EXPECT_EQ(solve("bash 5.2-2+b10\nbash 5.2-1; Repository: old\n", ask({"bash=5.3-1"})),
            "there is no version of bash that is 5.3-1 (image.yaml:1) / there are: "
            "5.2-2+b10 (debian trixie main), 5.2-1 (old)");
}

TEST(Resolver, AsksToNameAProvider) {
  constexpr std::string_view text = "exim 1; Provides: mta\npostfix 1; Provides: mta\n";
  EXPECT_EQ(solve(text, ask({"mta"})),
            "mta is a name that 2 packages provide (image.yaml:1) / ask for one of them: exim, "
            "postfix");
  EXPECT_EQ(solve(text, ask({"mta"}, {"exim"})), "postfix");
}

TEST(Resolver, RefusesAWishThatIsExcluded) {
  EXPECT_EQ(solve("a 1\n", ask({"a"}, {"a"})),
            "a (image.yaml:1) is both asked for and excluded / remove the entry or the exclusion "
            "'!a'");
}

TEST(Resolver, TellsWhatADependencyLacks) {
  EXPECT_EQ(solve("a 1; Depends: b\nb 1; Depends: c (>= 2)\nc 1\n", ask({"a"})),
            "a (image.yaml:1) needs b: b needs c (>= 2), of which there is only 1 (debian trixie "
            "main) / add the repository that has it, or exclude it with '!name' if the image works "
            "without");
  EXPECT_EQ(
      solve("a 1; Depends: gone\n", ask({"a"})),
      "a (image.yaml:1) cannot be installed: a needs gone, which no package is or provides / "
      "add the repository that has it, or exclude it with '!name' if the image works without");
}

TEST(Resolver, ShowsBothChainsOfAConflict) {
  EXPECT_EQ(solve("a 1; Depends: x\nx 1; Depends: y\ny 1\nb 1; Depends: z\nz 1; Breaks: y (<< 2)\n",
                  ask({"a", "b"})),
            "a (image.yaml:1) -> x needs y: y conflicts with b (image.yaml:2) -> z (z has Breaks: "
            "y (<< 2)) / leave out one of the two, or exclude with '!name' what is not wanted");
}

TEST(Resolver, ExplainsEveryAlternativeThatFails) {
  EXPECT_EQ(
      solve("a 1; Depends: x | y\nx 1; Conflicts: b\ny 1; Depends: gone\nb 1\n", ask({"a", "b"})),
      "a (image.yaml:1) needs x | y: x conflicts with b (image.yaml:2) (x has Conflicts: b); "
      "y needs gone, which no package is or provides / leave out one of the two, or exclude "
      "with '!name' what is not wanted");
}

TEST(Resolver, ProvesThatNoCombinationWorks) {
  std::string text = solve(
      "a 1; Depends: p | q\nb 1; Depends: r | s\np 1; Conflicts: r, s\nq 1; Conflicts: r, s\n"
      "r 1\ns 1\n",
      ask({"a", "b"}));
  EXPECT_TRUE(text.starts_with("b (image.yaml:2) needs r | s: r ")) << text;
  EXPECT_NE(text.find("conflicts with"), std::string::npos) << text;
}

}  // namespace
}  // namespace kiln::plan
