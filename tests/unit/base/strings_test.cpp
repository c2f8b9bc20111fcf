// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(Strings, SplitKeepsEmptyPieces) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split_words("  a \t b\n"), (std::vector<std::string_view>{"a", "b"}));
}

TEST(Strings, NumbersRefuseSignsBlanksAndOverflow) {
  EXPECT_EQ(parse_octal("0755"), 493);
  EXPECT_EQ(parse_decimal("18446744073709551615"), UINT64_MAX);
  EXPECT_FALSE(parse_decimal("18446744073709551616"));
  EXPECT_FALSE(parse_decimal("-1"));
  EXPECT_FALSE(parse_decimal(" 1"));
  EXPECT_FALSE(parse_octal("0o755"));
}

TEST(Strings, NearestFindsATypoAndNothingElse) {
  std::vector<std::string> keys = {"packages", "repositories", "keyring"};
  EXPECT_EQ(nearest("pakcages", keys), "packages");
  EXPECT_EQ(nearest("zzz", keys), std::nullopt);
}

TEST(Strings, GlobStarsStopAtSlashesUnlessDoubled) {
  EXPECT_TRUE(glob_match("usr/*/doc", "usr/share/doc"));
  EXPECT_FALSE(glob_match("usr/*", "usr/share/doc"));
  EXPECT_TRUE(glob_match("usr/**", "usr/share/doc/a"));
  EXPECT_TRUE(glob_match("usr/**/copyright", "usr/share/doc/a/copyright"));
  EXPECT_TRUE(glob_match("**/copyright", "copyright"));
  EXPECT_TRUE(glob_match("lib[a-c].so", "libb.so"));
  EXPECT_FALSE(glob_match("lib[!a-c].so", "libb.so"));
}

TEST(Strings, AHostilePatternEnds) {
  EXPECT_FALSE(glob_match("**a**a**a**a**a**a**b", std::string(300, 'a')));
}

TEST(Strings, SizesForPeople) {
  EXPECT_EQ(human_size(312), "312 B");
  EXPECT_EQ(human_size(1536), "1.5 KiB");
  EXPECT_EQ(human_size(1024 * 1024 - 1), "1.0 MiB");
}

}  // namespace
}  // namespace kiln
