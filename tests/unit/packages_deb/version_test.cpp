// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/version.hpp"

#include "base/files.hpp"
#include "base/process.hpp"
#include "base/strings.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

std::string order_of(std::string_view a, std::string_view b) {
  auto order = compare_versions(a, b);
  return order < 0 ? "<" : order > 0 ? ">" : "=";
}

TEST(DebVersion, OrdersAsThePublishedVectorsSay) {
  size_t lines = 0;
  for (std::string name : {"debian-versions.txt", "debian-versions-generated.txt"}) {
    auto path = testing::shared_file("vectors/" + name);
    if (!path) GTEST_SKIP() << "../shared/vectors is not there";
    std::string text = testing::value(read_file(*path));
    for (std::string_view line : split(text, '\n')) {
      auto words = split_words(line);
      if (words.size() != 3) continue;
      EXPECT_EQ(order_of(words[0], words[2]), words[1]) << line;
      ++lines;
    }
  }
  EXPECT_GT(lines, 1000U);
}

std::string random_version(std::mt19937_64& random) {
  static constexpr std::string_view k_letters = "0012ab~+.";
  auto part = [&](size_t longest) {
    std::string text;
    for (size_t left = random() % (longest + 1); left > 0; --left)
      text += k_letters[random() % k_letters.size()];
    return text;
  };
  std::string text = random() % 4 == 0 ? fmt::format("{}:", random() % 3) : "";
  text += std::to_string(random() % 3) + part(6);
  if (random() % 2 == 0) text += "-" + std::to_string(random() % 2) + part(4);
  return text;
}

TEST(DebVersion, AgreesWithDpkgOnRandomVersions) {
  std::mt19937_64 random(testing::fresh_seed());
  std::vector<std::pair<std::string, std::string>> pairs;
  std::string script;
  for (int i = 0; i < 400; ++i) {
    pairs.emplace_back(random_version(random), random_version(random));
    const auto& [a, b] = pairs.back();
    script += fmt::format(
        "if dpkg --compare-versions '{0}' lt '{1}'; then echo '<'; "
        "elif dpkg --compare-versions '{0}' eq '{1}'; then echo '='; else echo '>'; fi\n",
        a, b);
  }
  auto judge =
      run_process({.arguments = {"sh"}, .input = script, .environment = {}, .directory = {}});
  auto present = run_process(
      {.arguments = {"dpkg", "--version"}, .input = {}, .environment = {}, .directory = {}});
  if (!present || present->exit_code != 0) GTEST_SKIP() << "dpkg is not installed";
  ASSERT_OK(judge);
  auto answers = split_words(judge->output);
  ASSERT_EQ(answers.size(), pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i)
    EXPECT_EQ(order_of(pairs[i].first, pairs[i].second), answers[i])
        << pairs[i].first << " and " << pairs[i].second;
}

TEST(DebVersion, NumbersOfAnyLengthAreCompared) {
  EXPECT_EQ(order_of("1.99999999999999999999999998", "1.99999999999999999999999999"), "<");
  EXPECT_EQ(order_of("99999999999999999999:1", "1:2"), ">");
}

TEST(DebVersion, ChecksWhatDpkgWouldComplainAbout) {
  for (std::string_view good : {"1", "0:1", "1:2.3-4", "1.0~rc1-1+b2", "2:1:3-1", "1-2-3"})
    EXPECT_OK(check_version(good)) << good;
  for (std::string_view bad :
       {"", "a1", "1_2", "-1", "1-", "x:1", ":1", "1:", "1 2", "1-a_b", "4294967296:1", "1-2:3"})
    EXPECT_FALSE(check_version(bad)) << bad;
  EXPECT_FALSE(check_version(std::string(2000, '1')));
}

TEST(DebVersion, KnowsRebuildsAndTheUpstreamVersion) {
  EXPECT_EQ(upstream_of("1:5.2.37-2+b10"), "5.2.37");
  EXPECT_EQ(upstream_of("20250419~deb12u1"), "20250419");
  EXPECT_EQ(upstream_of("2.0-rc1-3"), "2.0-rc1");
  EXPECT_EQ(without_rebuilds("1.2-3+deb13u1+b4"), "1.2-3");
  EXPECT_EQ(without_rebuilds("+b1"), "+b1");
  EXPECT_EQ(without_rebuilds("1.0+build3"), "1.0+build3");
}

}  // namespace
}  // namespace kiln::packages::deb
