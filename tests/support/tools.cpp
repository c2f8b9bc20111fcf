// SPDX-License-Identifier: Apache-2.0
#include "support/tools.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "support/result_matchers.hpp"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>
#include <unistd.h>

extern char** environ;

namespace kiln::testing {

std::string peers_directory() {
  if (const char* chosen = std::getenv("KILN_PEERS")) return chosen;
  if (const char* cache = std::getenv("XDG_CACHE_HOME")) return std::string(cache) + "/kiln-peers";
  const char* home = std::getenv("HOME");
  return std::string(home == nullptr ? "" : home) + "/.cache/kiln-peers";
}

std::optional<std::string> find_tool(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string searched =
      peers_directory() + "/bin:" + (path == nullptr ? "" : path) + ":/usr/sbin:/sbin";
  for (std::string_view directory : split(searched, ':')) {
    std::string program = std::string(directory) + "/" + std::string(name);
    if (!directory.empty() && ::access(program.c_str(), X_OK) == 0) return program;
  }
  return std::nullopt;
}

bool have_judge(std::string_view name) {
  ::testing::Test::RecordProperty("peer-" + std::string(name), "asked");
  return have_tool(name);
}

ToolRun run_tool(std::vector<std::string> arguments, const std::vector<std::string>& environment) {
  ProcessRequest request;
  request.arguments = std::move(arguments);
  if (std::optional<std::string> found = find_tool(request.arguments[0]))
    request.arguments[0] = *found;
  std::vector<std::string> all = environment;
  // Of a name that stands there twice, some programs take the first value and some the last.
  auto is_given = [&](std::string_view entry) {
    std::string_view name = entry.substr(0, entry.find('=') + 1);
    return std::ranges::any_of(environment,
                               [&](const std::string& given) { return given.starts_with(name); });
  };
  for (char** entry = environ; *entry != nullptr; ++entry)
    if (!is_given(*entry)) all.emplace_back(*entry);
  request.environment = std::move(all);
  ProcessResult result = value(run_process(request));
  return {result.exit_code, result.output, result.error_output};
}

void expect_refusal(std::string_view client, std::string_view what, const ToolRun& run) {
  expect_refusal(client, what, run.exit_code != 0, run.output + run.errors);
}

void expect_refusal(std::string_view client, std::string_view what, bool refused,
                    std::string_view said) {
  EXPECT_TRUE(refused) << client << " accepts: " << what << "\n" << said;
  ::testing::Test::RecordProperty("refusal|" + std::string(client) + "|" + std::string(what),
                                  refused ? "refused" : "ACCEPTED");
}

}  // namespace kiln::testing
