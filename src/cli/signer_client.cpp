// SPDX-License-Identifier: Apache-2.0
#include "cli/signer_client.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln::cli {

namespace {

using namespace std::chrono_literals;

// Longer than the signer waits for another process that writes the log.
constexpr auto k_patience = 60s;

Result<Fd> connect_to(const Path& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path)
    return fail(ErrorCode::bad_input,
                fmt::format("the path {} is too long for a socket", path.string()));
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return fail_errno("cannot make a socket", errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return socket;
  int reason = errno;
  Error error{ErrorCode::io,
              fmt::format("no signer answers at {}: {}", path.string(), std::strerror(reason)),
              {},
              "start one with `kiln signer --listen SOCKET`, or take `signer` out of the "
              "configuration"};
  return std::unexpected(std::move(error));
}

// This program once more, with one end of a pair of sockets as its standard input.
Result<std::pair<Fd, pid_t>> start_child() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail_errno("cannot make a pair of sockets", errno);
  Fd ours(ends[0]), its(ends[1]);
  std::array<const char*, 4> words = {"kiln", "signer", "--once", nullptr};
  pid_t child = ::fork();
  if (child < 0) return fail_errno("cannot start the signer", errno);
  if (child == 0) {
    ::dup2(its.get(), STDIN_FILENO);
    ::execv("/proc/self/exe", const_cast<char**>(words.data()));
    ::_exit(127);
  }
  return std::pair(std::move(ours), child);
}

evidence::Channel channel_over(Fd socket, const Session& session) {
  return evidence::Channel(std::move(socket), k_patience, [&session]() -> Result<> {
    if (session.stopped()) return fail(ErrorCode::interrupted, "stopped on request");
    return {};
  });
}

}  // namespace

SignerClient::SignerClient(const Session& session, evidence::Channel channel, pid_t child)
    : session_(&session), channel_(std::move(channel)), child_(child) {}

SignerClient::SignerClient(SignerClient&& other) noexcept
    : session_(other.session_),
      channel_(std::move(other.channel_)),
      child_(std::exchange(other.child_, -1)) {}

Result<SignerClient> SignerClient::start(const Session& session) {
  if (const std::optional<Path>& socket = session.config().signer)
    return SignerClient(session, channel_over(TRY(connect_to(*socket)), session), -1);
  auto [socket, child] = TRY(start_child());
  return SignerClient(session, channel_over(std::move(socket), session), child);
}

SignerClient::~SignerClient() {
  channel_.reset();
  if (child_ < 0) return;
  while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

Result<evidence::Evidence> SignerClient::sign(const evidence::Request& request) {
  // A running signer lets go whom it does not hear from while the build goes on.
  const std::optional<Path>& running = session_->config().signer;
  if (running && channel_->hung_up()) channel_ = channel_over(TRY(connect_to(*running)), *session_);
  // A signer that refuses may hang up before it has read everything: its answer says why.
  Result<> sent = evidence::send_request(*channel_, request);
  Result<evidence::Evidence> answer = evidence::receive_answer(*channel_);
  if (answer || answer.error().code != ErrorCode::io || !answer.error().hint.empty()) return answer;
  return std::unexpected(
      std::move(answer).error().with_hint("no evidence was made, and no image was written; "
                                          "`kiln build --no-evidence` builds without a signer"));
}

}  // namespace kiln::cli
