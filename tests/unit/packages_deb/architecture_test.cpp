// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/architecture.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

constexpr std::string_view k_all[] = {"amd64", "arm64",   "armel",   "armhf",
                                      "i386",  "ppc64el", "riscv64", "s390x"};

TEST(DebArchitecture, MapsPlatformsBothWays) {
  for (std::string_view name : k_all) {
    auto platform = testing::value(platform_of(name));
    EXPECT_EQ(testing::value(debian_architecture(platform)), name);
  }
  EXPECT_EQ(testing::value(debian_architecture({"linux", "arm", ""})), "armhf");
  EXPECT_FALSE(debian_architecture({"linux", "mips64", ""}));
}

TEST(DebArchitecture, TripletsAreThoseOfDpkg) {
  for (std::string_view name : k_all) {
    auto judge = run_process(
        {.arguments = {"dpkg-architecture", "-a", std::string(name), "-q", "DEB_HOST_MULTIARCH"},
         .input = {},
         .environment = {},
         .directory = {}});
    if (!judge || judge->exit_code != 0) GTEST_SKIP() << "dpkg-architecture is not installed";
    EXPECT_EQ(testing::value(multiarch_triplet(name)), trim(judge->output));
  }
}

TEST(DebArchitecture, PatternsMatchAsInDpkg) {
  for (std::string_view pattern : {"any", "amd64", "linux-any", "any-amd64", "any-arm", "any-arm64",
                                   "hurd-any", "kfreebsd-amd64", "gnu-any-any", "musl-linux-any",
                                   "eabihf-any-any-arm", "base-gnu-linux-any", "any-any"}) {
    for (std::string_view name : k_all) {
      auto judge = run_process(
          {.arguments = {"dpkg-architecture", "-a", std::string(name), "-i", std::string(pattern)},
           .input = {},
           .environment = {},
           .directory = {}});
      if (!judge || judge->exit_code > 1) GTEST_SKIP() << "dpkg-architecture is not installed";
      EXPECT_EQ(matches_architecture(pattern, name), judge->exit_code == 0)
          << pattern << " and " << name;
    }
  }
}

}  // namespace
}  // namespace kiln::packages::deb
