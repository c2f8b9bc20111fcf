// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/universe.hpp"

#include "packages/deb/relation.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

std::string stanza(std::string_view name, std::string_view version, std::string_view more = "",
                   std::string_view architecture = "amd64") {
  return fmt::format(
      "Package: {0}\nVersion: {1}\nArchitecture: {3}\n{2}Filename: pool/{0}_{1}.deb\nSize: 10\n"
      "SHA256: {4}\n\n",
      name, version, more, architecture, sha256(fmt::format("{} {}", name, version)).hex());
}

LoadedIndex suite(std::string_view name, std::string_view packages, int priority = 500) {
  auto bytes =
      std::make_shared<std::string>(testing::value(compile_index(std::string(packages), 1)));
  return {.index = testing::value(PackageIndex::open(*bytes)),
          .keeper = bytes,
          .mirrors = {fmt::format("http://{}.test/debian", name)},
          .repository = std::string(name),
          .priority = priority};
}

template <typename... Suites>
DebUniverse universe(Suites... suites) {
  std::vector<LoadedIndex> indexes;
  (indexes.push_back(std::move(suites)), ...);
  return DebUniverse("amd64", std::move(indexes), {});
}

std::string shown(const DebUniverse& universe, const std::vector<CandidateId>& candidates) {
  std::string text;
  for (CandidateId id : candidates) {
    const Candidate& candidate = universe.get(id);
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", candidate.id.name, candidate.id.version);
  }
  return text;
}

Requirement wanted(std::string_view text) {
  return testing::value(parse_dependencies(text, DependencyKind::depends, "amd64"))
      .front()
      .alternatives.front();
}

TEST(DebUniverse, PrefersByPriorityThenVersionThenRepository) {
  auto packages =
      universe(suite("main", stanza("a", "1") + stanza("a", "3")),
               suite("security", stanza("a", "2")), suite("backports", stanza("a", "9"), 100));
  EXPECT_EQ(shown(packages, packages.named("a")), "a 3, a 2, a 1, a 9");
  EXPECT_EQ(packages.get(packages.named("a")[1]).repository, "security");
  EXPECT_TRUE(packages.named("b").empty());
}

TEST(DebUniverse, OneFileInSeveralSuitesIsOneCandidateWithAllItsUrls) {
  auto packages =
      universe(suite("main", stanza("a", "1")), suite("updates", stanza("a", "1"), 600));
  auto found = packages.named("a");
  ASSERT_EQ(found.size(), 1U);
  const Candidate& candidate = packages.get(found[0]);
  EXPECT_EQ(candidate.urls, (std::vector<std::string>{"http://main.test/debian/pool/a_1.deb",
                                                      "http://updates.test/debian/pool/a_1.deb"}));
  EXPECT_EQ(candidate.priority, 600);
  EXPECT_EQ(candidate.repository, "updates");
}

TEST(DebUniverse, KeepsToTheTargetsArchitecture) {
  auto packages =
      universe(suite("main", stanza("a", "1", "", "arm64") + stanza("b", "1", "", "all")));
  EXPECT_TRUE(packages.named("a").empty());
  EXPECT_EQ(packages.found_elsewhere("a").places, std::vector<std::string>{"main (for arm64)"});
  EXPECT_EQ(packages.names(), std::vector<std::string>{"b"});
}

TEST(DebUniverse, CandidatesSayWhatTheIndexSays) {
  auto packages = universe(
      suite("main", stanza("a", "2",
                           "Source: src (1)\nEssential: yes\nInstalled-Size: 3\n"
                           "Depends: x | y, z [arm64]\nPre-Depends: p (>= 1)\nBreaks: o (<< 2)\n"
                           "Conflicts: q\n")));
  const Candidate& candidate = packages.get(packages.named("a")[0]);
  EXPECT_EQ(candidate.source, "src");
  EXPECT_EQ(candidate.source_version, "1");
  EXPECT_TRUE(candidate.essential);
  EXPECT_EQ(candidate.installed_size, 3072U);
  ASSERT_EQ(candidate.dependencies.size(), 2U);
  EXPECT_EQ(candidate.dependencies[0].str(), "p (>= 1)");
  EXPECT_EQ(candidate.dependencies[0].kind, DependencyKind::pre_depends);
  EXPECT_EQ(candidate.dependencies[1].str(), "x | y");
  ASSERT_EQ(candidate.conflicts.size(), 2U);
  EXPECT_EQ(candidate.conflicts[0].str(), "q");
  EXPECT_EQ(candidate.conflicts[1].kind, DependencyKind::breaks);
}

TEST(DebUniverse, AMalformedRelationStopsOnlyWhoNeedsThePackage) {
  auto packages = universe(suite("main", stanza("a", "1", "Depends: b c\n") + stanza("b", "1")));
  const Candidate& candidate = packages.get(packages.named("a")[0]);
  ASSERT_EQ(candidate.dependencies.size(), 1U);
  EXPECT_EQ(candidate.dependencies[0].str(), "b c");
  EXPECT_EQ(shown(packages, packages.named("b")), "b 1");
}

TEST(DebUniverse, SatisfiesByNameProvisionVersionAndQualifier) {
  auto packages = universe(
      suite("main", stanza("a", "2", "Provides: v, w (= 5), a (= 9)\nMulti-Arch: allowed\n") +
                        stanza("b", "2", "Multi-Arch: foreign\n")));
  CandidateId a = packages.named("a")[0];
  CandidateId b = packages.named("b")[0];
  for (std::string_view yes :
       {"a", "a (>= 2)", "a (= 9)", "v", "w (>= 4)", "a:any", "v:any", "a:amd64", "a:native"})
    EXPECT_TRUE(packages.satisfies(a, wanted(yes), "amd64")) << yes;
  for (std::string_view no : {"a (>> 9)", "v (>= 1)", "w (>> 5)", "a:arm64", "x"})
    EXPECT_FALSE(packages.satisfies(a, wanted(no), "amd64")) << no;
  EXPECT_TRUE(packages.satisfies(b, wanted("b"), "amd64"));
  EXPECT_FALSE(packages.satisfies(b, wanted("b:any"), "amd64")) << "only Multi-Arch: allowed";
}

TEST(DebUniverse, OrdersProvidersAsAptDoes) {
  auto packages = universe(
      suite("main", stanza("m", "1", "Depends: third\nProvides: v\nPriority: optional\n") +
                        stanza("n", "1", "Provides: v\nPriority: extra\n") +
                        stanza("o", "1", "Provides: v\nPriority: optional\n") +
                        stanza("p", "1", "Provides: v\nPriority: extra\nProtected: yes\n") +
                        stanza("q", "1", "Provides: v\nPriority: extra\nEssential: yes\n") +
                        stanza("r", "1", "Provides: v\nPriority: required\n") + stanza("r", "2") +
                        stanza("third", "1", "Provides: v\nPriority: optional\n") +
                        stanza("v", "1", "Provides: v\n")));
  EXPECT_EQ(shown(packages, packages.providers("v")), "q 1, p 1, o 1, third 1, m 1, n 1, r 1")
      << "essential, important, priority, the last one met; not the candidate version of r";
}

}  // namespace
}  // namespace kiln::packages::deb
