// SPDX-License-Identifier: Apache-2.0
//
// The catalog as a whole.
#include "e2e/kiln_program.hpp"

#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

TEST(Catalog, LintHasNothingToSay) {
  ToolRun lint = kiln({"lint", "--strict", KILN_CATALOG});
  EXPECT_EQ(lint.exit_code, 0) << lint.output << lint.errors;
}

// Entry points that start, libraries that are there, nothing setuid, every maintainer script
// understood.
TEST(Catalog, LintFindsNothingInTheImagesEither) {
  NEED_NETWORK();
  ToolRun lint = kiln({"lint", "--deep", "--strict", KILN_CATALOG});
  EXPECT_EQ(lint.exit_code, 0) << lint.output << lint.errors;
}

}  // namespace
}  // namespace kiln::testing
