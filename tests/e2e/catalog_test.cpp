// SPDX-License-Identifier: Apache-2.0
//
// The catalog as a whole.
#include "base/strings.hpp"
#include "e2e/kiln_program.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A hint is no fault: images to build on have no command of their own. Alpine 3.19 is there because
// the tests have its packages, and says itself that its time is over.
void expect_no_complaint(const ToolRun& lint) {
  EXPECT_EQ(lint.exit_code, 0) << lint.output << lint.errors;
  for (std::string_view line : split(lint.output, '\n')) {
    bool expected =
        line.contains("/alpine-3.19/") && line.contains("past its end of life on 2025-11-01");
    if (!expected) {
      EXPECT_THAT(std::string(line), Not(HasSubstr("warning: ")));
    }
  }
}

// Everything that can be fetched: the definitions for Debian.
std::vector<std::string> debian_definitions() {
  std::vector<std::string> paths;
  for (const auto& name : std::filesystem::directory_iterator(Path(KILN_CATALOG) / "image"))
    if (Path path = name.path() / "debian-13"; std::filesystem::exists(path))
      paths.push_back(path.string());
  return paths;
}

TEST(Catalog, LintHasNothingToComplainOf) {
  expect_no_complaint(kiln({"lint", KILN_CATALOG}));
}

// Entry points that start, libraries that are there, nothing setuid, every maintainer script
// understood.
TEST(Catalog, LintFindsNothingWrongInTheImagesEither) {
  NEED_NETWORK();
  std::vector<std::string> arguments = {"lint", "--deep"};
  for (std::string& path : debian_definitions()) arguments.push_back(std::move(path));
  EXPECT_GT(arguments.size(), 10U);
  expect_no_complaint(kiln(std::move(arguments)));
}

}  // namespace
}  // namespace kiln::testing
