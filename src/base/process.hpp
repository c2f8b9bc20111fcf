// SPDX-License-Identifier: Apache-2.0
//
// Running another program: an argument vector, never a shell.
#pragma once
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln {

struct ProcessRequest {
  std::vector<std::string> arguments;                   // [0] is searched in PATH
  std::string input;                                    // given on standard input
  std::optional<std::vector<std::string>> environment;  // "NAME=value"; ours when absent
  std::string directory;                                // where it runs; here when empty
  size_t output_limit = SIZE_MAX;                       // of each output; more is an error (limit)
};

struct ProcessResult {
  int exit_code = 0;  // 128 + the signal's number when one ended it
  std::string output;
  std::string error_output;
};

// Runs a program to its end. Fails only when it cannot be started; a non-zero exit is a result.
Result<ProcessResult> run_process(const ProcessRequest& request);

}  // namespace kiln
