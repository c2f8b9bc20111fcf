// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/release.hpp"

#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

std::string hash_line(std::string_view path, std::string_view content = "") {
  return fmt::format(" {} {} {}\n", sha256(content).hex(), content.size(), path);
}

TEST(DebRelease, ReadsTheFieldsThatMatter) {
  auto release = testing::value(parse_release(
      "Origin: Debian\nLabel: Debian-Security\nSuite: stable-security\nCodename: trixie-security\n"
      "Version: 13\nDate: Mon, 23 Nov 2026 11:22:38 UTC\nValid-Until: Mon, 30 Nov 2026 11:22:38 "
      "UTC\n"
      "NotAutomatic: yes\nButAutomaticUpgrades: yes\nAcquire-By-Hash: yes\n"
      "Architectures: amd64 arm64\nComponents: updates/main updates/contrib\nMD5Sum:\n x 1 y\n"
      "SHA256:\n" +
      hash_line("main/binary-amd64/Packages.xz", "abc") + hash_line("./Packages")));
  EXPECT_EQ(release.origin, "Debian");
  EXPECT_EQ(release.codename, "trixie-security");
  EXPECT_EQ(format_rfc3339(release.date), "2026-11-23T11:22:38Z");
  EXPECT_EQ(format_rfc3339(*release.valid_until), "2026-11-30T11:22:38Z");
  EXPECT_TRUE(release.not_automatic && release.but_automatic_upgrades && release.acquire_by_hash);
  EXPECT_EQ(release.components, (std::vector<std::string>{"main", "contrib"}));
  ASSERT_EQ(release.files.size(), 2U);
  EXPECT_EQ(release.files.at("main/binary-amd64/Packages.xz").sha256, sha256("abc"));
  EXPECT_EQ(release.files.at("main/binary-amd64/Packages.xz").size, 3U);
  EXPECT_TRUE(release.files.contains("Packages"));
}

TEST(DebRelease, KnowsWhereArchitectureAllIs) {
  auto within = [](std::string_view fields) {
    return testing::value(parse_release(std::string(fields) +
                                        "Date: Mon, 23 Nov 2026 11:22:38 UTC\nSHA256:\n"))
        .all_within_architectures;
  };
  EXPECT_TRUE(within("Architectures: amd64\n"));
  EXPECT_FALSE(within("Architectures: all amd64\n"));
  EXPECT_TRUE(within("Architectures: all amd64\nNo-Support-for-Architecture-all: Packages\n"));
}

TEST(DebRelease, RefusesWhatCannotBeRelied) {
  const std::string date = "Date: Mon, 23 Nov 2026 11:22:38 UTC\n";
  auto error = [](const std::string& text) { return parse_release(text).error(); };
  EXPECT_EQ(error(date + "MD5Sum:\n x 1 y\n").code, ErrorCode::unverified);
  EXPECT_EQ(error("SHA256:\n").code, ErrorCode::corrupt) << "no date";
  EXPECT_FALSE(parse_release("Date: yesterday\nSHA256:\n"));
  EXPECT_FALSE(parse_release(date + "Valid-Until: never\nSHA256:\n"));
  EXPECT_FALSE(parse_release(date + "SHA256:\n" + hash_line("../x")));
  EXPECT_FALSE(parse_release(date + "SHA256:\n" + hash_line("a b")));
  EXPECT_FALSE(parse_release(date + "SHA256:\n" + hash_line("a", "1") + hash_line("./a", "2")));
  EXPECT_FALSE(parse_release(date + "SHA256:\n" + std::string(64, 'g') + " 1 a\n"));
  EXPECT_FALSE(parse_release(""));
}

}  // namespace
}  // namespace kiln::packages::deb
