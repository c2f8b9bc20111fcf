// SPDX-License-Identifier: Apache-2.0
#include "base/process.hpp"

#include "base/files.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln {

namespace {

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail_errno("cannot make a pipe", errno);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> list;
  for (const std::string& text : strings) list.push_back(const_cast<char*>(text.c_str()));
  list.push_back(nullptr);
  return list;
}

// Feeds `input` and collects both outputs until the program closes them; one that grows beyond
// `limit` is closed, and so ends the program at its next write.
void exchange(Fd input_end, std::string_view input, Fd out, Fd err, size_t limit,
              ProcessResult& result) {
  ::fcntl(input_end.get(), F_SETFL, O_NONBLOCK);
  if (input.empty()) input_end = Fd();
  while (out || err) {
    pollfd polled[3] = {
        {out.get(), POLLIN, 0}, {err.get(), POLLIN, 0}, {input_end.get(), POLLOUT, 0}};
    if (::poll(polled, 3, -1) < 0 && errno != EINTR) return;
    auto drain = [limit](Fd& fd, short events, std::string& text) {
      if (!fd || events == 0) return;
      char buffer[65536];
      ssize_t got = ::read(fd.get(), buffer, sizeof buffer);
      if (got > 0) text.append(buffer, static_cast<size_t>(got));
      if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) fd = Fd();
      if (text.size() > limit) fd = Fd();
    };
    drain(out, polled[0].revents, result.output);
    drain(err, polled[1].revents, result.error_output);
    if (input_end && polled[2].revents != 0) {
      ssize_t written = ::write(input_end.get(), input.data(), input.size());
      if (written > 0) input.remove_prefix(static_cast<size_t>(written));
      if (input.empty() || (written < 0 && errno != EINTR && errno != EAGAIN)) input_end = Fd();
    }
  }
}

}  // namespace

Result<ProcessResult> run_process(const ProcessRequest& request) {
  Pipe in = TRY(make_pipe());
  Pipe out = TRY(make_pipe());
  Pipe err = TRY(make_pipe());
  Pipe started = TRY(make_pipe());  // carries errno when exec fails, nothing when it works
  std::vector<char*> arguments = pointers(request.arguments);
  std::vector<char*> environment;
  if (request.environment) environment = pointers(*request.environment);

  pid_t child = ::fork();
  if (child < 0) return fail_errno("cannot start a process", errno);
  if (child == 0) {
    ::dup2(in.read.get(), 0);
    ::dup2(out.write.get(), 1);
    ::dup2(err.write.get(), 2);
    ::signal(SIGPIPE, SIG_DFL);
    bool moved = request.directory.empty() || ::chdir(request.directory.c_str()) == 0;
    if (moved && request.environment) {
      ::execvpe(arguments[0], arguments.data(), environment.data());
    } else if (moved) {
      ::execvp(arguments[0], arguments.data());
    }
    int reason = errno;
    [[maybe_unused]] ssize_t told = ::write(started.write.get(), &reason, sizeof reason);
    ::_exit(127);
  }
  in.read = Fd();
  out.write = Fd();
  err.write = Fd();
  started.write = Fd();

  ProcessResult result;
  auto previous = ::signal(SIGPIPE, SIG_IGN);
  exchange(std::move(in.write), request.input, std::move(out.read), std::move(err.read),
           request.output_limit, result);
  ::signal(SIGPIPE, previous);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  int reason = 0;
  if (::read(started.read.get(), &reason, sizeof reason) == sizeof reason)
    return fail_errno(fmt::format("cannot run {}", request.arguments[0]), reason);
  if (std::max(result.output.size(), result.error_output.size()) > request.output_limit)
    return fail(ErrorCode::limit, fmt::format("{} wrote more than the {} bytes accepted",
                                              request.arguments[0], request.output_limit));
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace kiln
