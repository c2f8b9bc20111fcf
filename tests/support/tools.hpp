// SPDX-License-Identifier: Apache-2.0
//
// Other programs as judges. A test that needs one which is not installed skips and says so.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kiln::testing {

// Whether a program of that name is in PATH, or in /usr/sbin or /sbin.
bool have_tool(std::string_view name);

struct ToolRun {
  int exit_code = 0;
  std::string output;
  std::string errors;
};

// Runs a program with our environment and the given NAME=value added or replaced.
ToolRun run_tool(std::vector<std::string> arguments,
                 const std::vector<std::string>& environment = {});

}  // namespace kiln::testing

// Ends the test as skipped when a program is missing.
#define NEED_TOOL(name) \
  if (!::kiln::testing::have_tool(name)) GTEST_SKIP() << (name) << " is not installed"
