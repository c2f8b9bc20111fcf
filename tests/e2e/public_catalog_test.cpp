// SPDX-License-Identifier: Apache-2.0
//
// Every definition of the public catalog whose packages Debian has, and that asks for no build,
// artifact or download, builds.
#include "e2e/public_catalog.hpp"

#include "e2e/kiln_program.hpp"

#include <algorithm>
#include <cctype>

#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

class PublicCatalog : public ::testing::TestWithParam<const char*> {
 public:
  static void TearDownTestSuite() {
    std::printf("%d definitions of the public catalog built from Debian alone\n", built_);
  }

 protected:
  static inline int built_ = 0;
};

TEST_P(PublicCatalog, Builds) {
  NEED_NETWORK();
  NEED_DEFINITION(GetParam());
  Path file = *public_catalog() / "image" / (std::string(GetParam()) + ".yaml");
  EXPECT_NO_THROW(build_archive(file, public_catalog_flags()));
  built_ += HasFailure() ? 0 : 1;
}

INSTANTIATE_TEST_SUITE_P(
    Debian, PublicCatalog,
    ::testing::Values("static/debian-13/static", "static/debian-13/static-glibc",
                      "static/debian-12/static", "static/debian-12/static-glibc",
                      "debian-base/debian-13/13", "debian-base/debian-13/13-dev",
                      "debian-base/debian-12/12", "debian-base/debian-12/12-dev",
                      "bash/debian-13/5", "bash/debian-13/5-compat", "curl/debian-13/8",
                      "curl/debian-13/8-dev", "git/debian-13/2", "git/debian-13/2-dev"),
    [](const auto& test) {
      std::string name(test.param);
      std::ranges::replace_if(name, [](char c) { return std::isalnum(c) == 0; }, '_');
      return name;
    });

}  // namespace
}  // namespace kiln::testing
