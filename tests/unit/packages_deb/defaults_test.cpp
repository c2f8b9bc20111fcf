// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/defaults.hpp"

#include "base/process.hpp"
#include "support/result_matchers.hpp"

#include <map>

#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

TEST(DebDefaults, EveryKnownReleaseHasItsThreeSuitesAndTheirKeys) {
  for (const std::string& codename : known_codenames()) {
    auto repositories = testing::value(default_repositories(codename));
    ASSERT_EQ(repositories.size(), 3U);
    EXPECT_EQ(repositories[0].suite, codename);
    EXPECT_EQ(repositories[1].suite, codename + "-updates");
    EXPECT_EQ(repositories[2].suite, codename + "-security");
    EXPECT_EQ(repositories[2].mirrors.front(), "http://deb.debian.org/debian-security");
    for (const Repository& repository : repositories) {
      EXPECT_EQ(repository.components, std::vector<std::string>{"main"});
      ASSERT_FALSE(repository.keys.empty());
      for (const std::string& key : repository.keys)
        EXPECT_TRUE(key.starts_with("-----BEGIN PGP PUBLIC KEY BLOCK-----"));
    }
    EXPECT_NE(repositories[0].keys, repositories[2].keys);
  }
}

TEST(DebDefaults, TheKeysAreThoseOfTheDecisionPage) {
  const std::map<std::string_view, std::string_view> fingerprints = {
      {"bookworm-stable", "4D64FEC119C2029067D6E791F8D2585B8783D481"},
      {"bookworm-automatic", "B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8"},
      {"bookworm-security-automatic", "05AB90340C0C5E797F44A8C8254CF3B5AEC0A8F0"},
      {"trixie-stable", "41587F7DB8C774BCCF131416762F67A0B2C39DE4"},
      {"trixie-automatic", "04B54C3CDCA79751B16BC6B5225629DF75B188BD"},
      {"trixie-security-automatic", "5E04A1E3223A19A20706E20F9904613D4CCE68C6"},
  };
  EXPECT_EQ(embedded_keys().size(), fingerprints.size());
  for (const EmbeddedKey& key : embedded_keys()) {
    auto judge = run_process({.arguments = {"gpg", "--show-keys", "--with-colons"},
                              .input = std::string(key.text),
                              .environment = {},
                              .directory = {}});
    if (!judge || judge->exit_code != 0) GTEST_SKIP() << "gpg is not installed";
    ASSERT_TRUE(fingerprints.contains(key.name)) << key.name;
    EXPECT_NE(judge->output.find(fingerprints.at(key.name)), std::string::npos) << key.name;
  }
}

TEST(DebDefaults, MirrorsReplaceAndKeysAdd) {
  auto repositories = testing::value(
      default_repositories("trixie", {.mirrors = {"http://a/debian", "http://b/debian"},
                                      .security_mirrors = {},
                                      .extra_keys = {"ours"}}));
  EXPECT_EQ(repositories[1].mirrors.size(), 2U);
  EXPECT_EQ(repositories[2].mirrors.front(), "http://deb.debian.org/debian-security");
  EXPECT_EQ(repositories[0].keys.back(), "ours");
}

TEST(DebDefaults, AnUnknownReleaseNamesTheKnownOnes) {
  auto error = default_repositories("sarge").error();
  EXPECT_EQ(error.code, ErrorCode::unsupported);
  EXPECT_NE(error.hint.find("trixie, bookworm"), std::string::npos);
}

}  // namespace
}  // namespace kiln::packages::deb
