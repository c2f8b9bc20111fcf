// SPDX-License-Identifier: Apache-2.0
//
// A program that runs beside a test, such as a daemon or a server, and ends with its owner.
#pragma once
#include "base/files.hpp"

#include <string>
#include <vector>

#include <sys/types.h>

namespace kiln::testing {

class BackgroundProcess {
 public:
  // Starts arguments[0], searched in PATH, with both outputs going to the file `log`. Throws when
  // it cannot be started.
  BackgroundProcess(std::vector<std::string> arguments, Path log);
  BackgroundProcess(const BackgroundProcess&) = delete;
  BackgroundProcess& operator=(const BackgroundProcess&) = delete;
  // Asks it to end, waits ten seconds, kills it.
  ~BackgroundProcess();

  bool running();
  // Ends it at once and for good (SIGKILL).
  void kill();
  // What it has written so far, for messages.
  std::string log() const;

 private:
  Path log_;
  pid_t pid_ = -1;
};

}  // namespace kiln::testing
