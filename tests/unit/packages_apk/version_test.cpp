// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/version.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

std::string order_of(std::string_view a, std::string_view b) {
  auto order = compare_versions(a, b);
  return order < 0 ? "<" : order > 0 ? ">" : "=";
}

TEST(ApkVersion, OrdersAsThePublishedVectorsSay) {
  size_t lines = 0;
  for (std::string name : {"alpine-versions.txt", "alpine-versions-generated.txt"}) {
    auto path = testing::shared_file("vectors/" + name);
    if (!path) GTEST_SKIP() << "../shared/vectors is not there";
    std::string text = testing::value(read_file(*path));
    for (std::string_view line : split(text, '\n')) {
      auto words = split_words(line);
      if (words.size() != 3 || line.starts_with('#')) continue;
      EXPECT_EQ(order_of(words[0], words[2]), words[1]) << line;
      ++lines;
    }
  }
  EXPECT_GT(lines, 14000U);
}

TEST(ApkVersion, KnowsTheReleaseWithoutTheRevision) {
  EXPECT_EQ(upstream_of("8.5.0-r2"), "8.5.0");
  EXPECT_EQ(upstream_of("1.2_rc1"), "1.2_rc1");
  EXPECT_EQ(upstream_of("1-ruff"), "1-ruff");
}

TEST(ApkVersion, MatchesAPrefixOfWholeParts) {
  EXPECT_TRUE(matches_fuzzily("1.2.3-r4", "1.2"));
  EXPECT_TRUE(matches_fuzzily("1.2", "1.2"));
  EXPECT_FALSE(matches_fuzzily("1.20", "1.2"));
  EXPECT_FALSE(matches_fuzzily("1.2", "1.2.3"));
}

TEST(ApkVersion, TellsVersionsFromOtherTexts) {
  for (std::string_view good : {"1", "1.2.3a_rc1_p2~abc0-r12", "0.0.0_git20230717-r4"})
    EXPECT_TRUE(is_version(good)) << good;
  for (std::string_view bad : {"", "a", "1..2", "1-2", "1_foo", "1-r", "1 2", "1-r1_p1"})
    EXPECT_FALSE(is_version(bad)) << bad;
}

}  // namespace
}  // namespace kiln::packages::apk
