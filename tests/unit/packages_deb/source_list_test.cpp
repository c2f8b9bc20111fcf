// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/source_list.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

TEST(DebSourceList, ReadsOptionsSuiteAndComponents) {
  auto line = testing::value(
      parse_source_line("deb [ arch=amd64,arm64 signed-by=/usr/share/keyrings/redis.gpg ] "
                        "https://packages.redis.io/deb "
                        "trixie main contrib # ours",
                        "amd64"));
  EXPECT_EQ(line.uri, "https://packages.redis.io/deb");
  EXPECT_EQ(line.suite, "trixie");
  EXPECT_EQ(line.components, (std::vector<std::string>{"main", "contrib"}));
  EXPECT_EQ(line.architectures, (std::vector<std::string>{"amd64", "arm64"}));
  EXPECT_EQ(line.signed_by, std::vector<std::string>{"/usr/share/keyrings/redis.gpg"});
  EXPECT_TRUE(line.check_valid_until);
}

TEST(DebSourceList, ReadsFlatArchivesAndVariables) {
  auto line =
      testing::value(parse_source_line("deb [check-valid-until=no trusted=no arch=amd64 arch+=i386 "
                                       "arch-=amd64] https://h/x $(ARCH)/",
                                       "arm64"));
  EXPECT_EQ(line.suite, "arm64/");
  EXPECT_TRUE(line.components.empty());
  EXPECT_FALSE(line.check_valid_until);
  EXPECT_EQ(line.architectures, std::vector<std::string>{"i386"});
  EXPECT_EQ(testing::value(parse_source_line("deb file:/srv/debs ./", "amd64")).suite, "./");
  EXPECT_EQ(testing::value(parse_source_line("deb https://h/x /", "amd64")).suite, "/");
}

TEST(DebSourceList, WritesAFileUrlInFull) {
  auto uri = [](std::string_view text) {
    return testing::value(parse_source_line(text, "amd64")).uri;
  };
  EXPECT_EQ(uri("deb file:/srv/debs ./"), "file:///srv/debs");
  EXPECT_EQ(uri("deb file:///srv/debs ./"), "file:///srv/debs");
}

TEST(DebSourceList, NeverSwitchesVerificationOff) {
  for (std::string_view option : {"trusted=yes", "trusted=1", "allow-insecure=yes",
                                  "allow-weak=true", "allow-downgrade-to-insecure=yes"}) {
    auto line =
        parse_source_line("deb [" + std::string(option) + "] https://h/x trixie main", "amd64");
    ASSERT_FALSE(line) << option;
    EXPECT_NE(line.error().hint.find("unverified"), std::string::npos);
  }
}

TEST(DebSourceList, SaysWhatIsWrong) {
  auto message = [](std::string_view text) {
    auto line = parse_source_line(text, "amd64");
    return line ? std::string() : line.error().message;
  };
  EXPECT_NE(message("deb-src https://h/x trixie main").find("deb-src"), std::string::npos);
  EXPECT_NE(message("rpm https://h/x trixie main").find("\"rpm\""), std::string::npos);
  EXPECT_NE(message("deb [signed-by=x https://h/x trixie main").find("never closed"),
            std::string::npos);
  EXPECT_NE(message("deb [colour=red] https://h/x trixie main").find("\"colour\""),
            std::string::npos);
  EXPECT_NE(message("deb cdrom:[x]/ trixie main").find("no URL"), std::string::npos);
  EXPECT_NE(message("deb https://h/x trixie").find("names no component"), std::string::npos);
  EXPECT_NE(message("deb https://h/x flat/ main").find("no components"), std::string::npos);
  EXPECT_NE(message("deb https://h/x").find("lacks its suite"), std::string::npos);
  EXPECT_NE(message("deb https://h/x ../../y main").find("leaves the archive"), std::string::npos);
  EXPECT_NE(message("deb https://h/x a b\ndeb https://h/x c d").find("one line"),
            std::string::npos);
  EXPECT_NE(message(""), "");
}

}  // namespace
}  // namespace kiln::packages::deb
