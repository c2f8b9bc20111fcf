// SPDX-License-Identifier: Apache-2.0
#include "plan/rewrites.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using Texts = std::vector<std::string>;

const std::string k_dhi =
    "deb [signed-by=/usr/share/keyrings/dhi.gpg] http://dhi.io/deb/debian/main trixie main";
const std::string k_key = "https://dhi.io/keyring/dhi-deb.key";

TEST(Rewrites, ReplaceTheBeginningOfAUrl) {
  auto result = apply_rewrites({k_dhi, "https://dl.test/alpine/v3.23/main"}, {},
                               {{"http://dhi.io/deb", "http://localhost:8080/"},
                                {"https://dl.test/alpine", "file:///mirror"}});
  EXPECT_EQ(result.repositories,
            (Texts{"deb [signed-by=/usr/share/keyrings/dhi.gpg] http://localhost:8080/debian/main "
                   "trixie main",
                   "file:///mirror/v3.23/main"}));
  EXPECT_EQ(result.used.size(), 2U);
}

TEST(Rewrites, DropRepositoriesAndTheirKeys) {
  auto result = apply_rewrites({k_dhi, "deb https://cli.github.com/packages stable main"},
                               {k_key, "https://cli.github.com/packages/cli.gpg"},
                               {{"http://dhi.io/deb", ""}});
  EXPECT_EQ(result.repositories, Texts{"deb https://cli.github.com/packages stable main"});
  EXPECT_EQ(result.keyring, Texts{"https://cli.github.com/packages/cli.gpg"});
}

TEST(Rewrites, KeepAKeyWhoseHostStillServesARepository) {
  auto result = apply_rewrites({k_dhi, "deb http://dhi.io/other trixie main"}, {k_key},
                               {{"http://dhi.io/deb", ""}});
  EXPECT_EQ(result.keyring, Texts{k_key});
}

TEST(Rewrites, RewriteKeysToo) {
  auto result = apply_rewrites({k_dhi}, {k_key},
                               {{"http://dhi.io/deb", "http://mirror.test"},
                                {"https://dhi.io/keyring", "https://mirror.test/keys"}});
  EXPECT_EQ(result.keyring, Texts{"https://mirror.test/keys/dhi-deb.key"});
}

TEST(Rewrites, FitWholeComponentsAndPreferTheLongestPrefix) {
  std::vector<Rewrite> rewrites{{"http://a.test/deb", "http://b.test"},
                                {"http://a.test/deb/security", ""}};
  auto result = apply_rewrites({"deb http://a.test/debian x main", "deb http://a.test/deb x main",
                                "deb http://a.test/deb/security x main"},
                               {}, rewrites);
  EXPECT_EQ(result.repositories,
            (Texts{"deb http://a.test/debian x main", "deb http://b.test x main"}));
}

TEST(Rewrites, OfOnePrefixTheLastOneCounts) {
  std::vector<Rewrite> rewrites = {{"http://a.example/x", "http://file.example"},
                                   {"http://a.example/x", "http://flag.example"}};
  std::vector<std::string> entries = {"deb http://a.example/x trixie main"};
  EXPECT_EQ(apply_rewrites(entries, {}, rewrites).repositories,
            std::vector<std::string>{"deb http://flag.example trixie main"});
}

TEST(Rewrites, AreReadFromText) {
  EXPECT_EQ(testing::value(Rewrite::parse("http://a/b=file:///c")),
            (Rewrite{"http://a/b", "file:///c"}));
  EXPECT_EQ(testing::value(Rewrite::parse("http://a/b=")), (Rewrite{"http://a/b", ""}));
  EXPECT_EQ(Rewrite::parse("http://a/b").error().message,
            "'http://a/b' is no rewrite of a repository");
  EXPECT_FALSE(Rewrite::parse("a=b"));
}

}  // namespace
}  // namespace kiln::plan
