// SPDX-License-Identifier: Apache-2.0
#include "support/tools.hpp"

#include "base/process.hpp"
#include "base/strings.hpp"
#include "support/result_matchers.hpp"

#include <cstdlib>

#include <unistd.h>

extern char** environ;

namespace kiln::testing {

bool have_tool(std::string_view name) {
  const char* path = std::getenv("PATH");
  std::string searched = std::string(path == nullptr ? "" : path) + ":/usr/sbin:/sbin";
  for (std::string_view directory : split(searched, ':')) {
    std::string program = std::string(directory) + "/" + std::string(name);
    if (!directory.empty() && ::access(program.c_str(), X_OK) == 0) return true;
  }
  return false;
}

ToolRun run_tool(std::vector<std::string> arguments, const std::vector<std::string>& environment) {
  ProcessRequest request;
  request.arguments = std::move(arguments);
  std::vector<std::string> all = environment;
  for (char** entry = environ; *entry != nullptr; ++entry) all.emplace_back(*entry);
  request.environment = std::move(all);
  ProcessResult result = value(run_process(request));
  return {result.exit_code, result.output, result.error_output};
}

}  // namespace kiln::testing
