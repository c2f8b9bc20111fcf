// SPDX-License-Identifier: Apache-2.0
//
// The catalog as a whole.
#include "e2e/kiln_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A hint is no fault: images to build on have no command of their own.
void expect_no_complaint(const ToolRun& lint) {
  EXPECT_EQ(lint.exit_code, 0) << lint.output << lint.errors;
  EXPECT_THAT(lint.output, Not(HasSubstr("warning: ")));
}

TEST(Catalog, LintHasNothingToComplainOf) {
  expect_no_complaint(kiln({"lint", KILN_CATALOG}));
}

// Entry points that start, libraries that are there, nothing setuid, every maintainer script
// understood.
TEST(Catalog, LintFindsNothingWrongInTheImagesEither) {
  NEED_NETWORK();
  expect_no_complaint(kiln({"lint", "--deep", KILN_CATALOG}));
}

}  // namespace
}  // namespace kiln::testing
