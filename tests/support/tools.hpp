// SPDX-License-Identifier: Apache-2.0
//
// Other programs as judges. A test that needs one which is not installed skips and says so.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::testing {

// Where scripts/install-peers puts things: $KILN_PEERS, or kiln-peers in the user's cache.
std::string peers_directory();

// A program of that name: from the peers' bin, from PATH, or from /usr/sbin or /sbin.
std::optional<std::string> find_tool(std::string_view name);
inline bool have_tool(std::string_view name) {
  return find_tool(name).has_value();
}

// Whether that program is there; the test's report names it as one that the test asked, so that
// scripts/interop can say which peer accepted what.
bool have_judge(std::string_view name);

struct ToolRun {
  int exit_code = 0;
  std::string output;
  std::string errors;
};

// Runs a program, found as above, with our environment and the given NAME=value added or replaced.
ToolRun run_tool(std::vector<std::string> arguments,
                 const std::vector<std::string>& environment = {});

// Expects that a client refused something that was changed or is somebody else's, and notes it in
// the test's report, from which scripts/interop makes its table of refusals.
void expect_refusal(std::string_view client, std::string_view what, const ToolRun& run);
// The same for what is no program's run; `said` is what is shown where it was accepted.
void expect_refusal(std::string_view client, std::string_view what, bool refused,
                    std::string_view said);

}  // namespace kiln::testing

// Ends the test as skipped when a program is missing.
#define NEED_TOOL(name) \
  if (!::kiln::testing::have_judge(name)) GTEST_SKIP() << (name) << " is not installed"
