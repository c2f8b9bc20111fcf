// SPDX-License-Identifier: Apache-2.0
#include "support/background_process.hpp"

#include "support/result_matchers.hpp"

#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln::testing {

using namespace std::chrono_literals;

BackgroundProcess::BackgroundProcess(std::vector<std::string> arguments, Path log)
    : log_(std::move(log)) {
  std::vector<char*> pointers;
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  Fd output = value(open_file(log_, O_CREAT | O_WRONLY | O_APPEND));
  Fd input = value(open_file("/dev/null", O_RDONLY));
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot start " + arguments.front());
  if (pid_ == 0) {
    ::dup2(input.get(), 0);
    ::dup2(output.get(), 1);
    ::dup2(output.get(), 2);
    ::execvp(pointers.front(), pointers.data());
    ::_exit(127);
  }
}

BackgroundProcess::~BackgroundProcess() {
  if (!running()) return;
  ::kill(pid_, SIGTERM);
  for (int i = 0; i < 100 && running(); ++i) std::this_thread::sleep_for(100ms);
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool BackgroundProcess::running() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

void BackgroundProcess::kill() {
  if (!running()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string BackgroundProcess::log() const {
  return read_file(log_).value_or("(no log)");
}

}  // namespace kiln::testing
