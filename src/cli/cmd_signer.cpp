// SPDX-License-Identifier: Apache-2.0
//
// kiln signer: the process that holds the keys. It gets build records over a Unix socket, makes the
// statements itself, and answers with evidence. With --once it serves the connection that is its
// standard input: what `kiln build` starts for itself.
#include "base/strings.hpp"
#include "cli/command.hpp"
#include "cli/password.hpp"
#include "evidence/latest_releases.hpp"
#include "evidence/sign_build.hpp"
#include "evidence/signing/local_signer.hpp"

#include <cerrno>
#include <cstring>
#include <future>
#include <mutex>

#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace kiln::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto k_patience = 30s;
constexpr size_t k_most_at_a_time = 16;

// Memory that holds keys is neither dumped nor read by other processes of the same user.
void hide_memory() {
  ::prctl(PR_SET_DUMPABLE, 0);
}

// Keys and log are opened for each request and closed after it, so that several signers share them.
evidence::Sign sign_with(const Path& place, AskPin password, const Clock& clock) {
  return [place, password = std::move(password),
          &clock](const evidence::Request& request) -> Result<evidence::Evidence> {
    signing::KeyRingStore ring =
        TRY_CONTEXT(signing::KeyRingStore::open_or_make_local(place, clock.now()),
                    "opening the signer's key ring");
    std::unique_ptr<signing::LocalSigner> signer =
        TRY_CONTEXT(signing::LocalSigner::open(ring, signing::KeyRole::artifact, clock, password),
                    "opening the signer's keys and logs");
    evidence::LatestReleases latest(ring.directory());
    TRY(latest.forget(request.record));
    evidence::Evidence made =
        TRY(evidence::sign_build(request, signer->context(), evidence::local_builder()));
    TRY(latest.note(request.record, made));
    return made;
  };
}

// Does once what is slow the first time: OpenSSL looks for its algorithms and seeds its generators.
// A signer that a build starts has the time for it while the build goes on.
void warm_up() {
  for (KeyAlgorithm algorithm : {KeyAlgorithm::ecdsa_p256, KeyAlgorithm::ed25519}) {
    PrivateKey key = PrivateKey::generate(algorithm);
    Result<std::string> signature = key.sign("");
    if (signature) (void)key.public_key().verify("", *signature);
  }
}

Result<std::vector<uid_t>> allowed_users(const Arguments& arguments) {
  std::vector<uid_t> users = {::getuid()};
  for (const std::string& text : arguments.values("--allow-user")) {
    std::optional<uint64_t> number = parse_decimal(text);
    if (!number || *number > UINT32_MAX)
      return fail(ErrorCode::bad_input, fmt::format("--allow-user is \"{}\"", printable(text)),
                  "it is a user's number, such as `id -u kiln` prints");
    users.push_back(static_cast<uid_t>(*number));
  }
  return users;
}

// A socket that others may connect to; who they are is checked when they do. A socket that nobody
// listens at any more is replaced.
Result<Fd> listen_at(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return fail(ErrorCode::bad_input, fmt::format("the path {} is too long for a socket", path));
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return fail_errno("cannot make a socket", errno);
  if (::connect(socket.get(), name, sizeof address) == 0)
    return fail(ErrorCode::bad_input, fmt::format("a signer listens at {} already", path));
  struct stat info = {};
  if (::lstat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) ::unlink(path.c_str());
  socket = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::bind(socket.get(), name, sizeof address) != 0 || ::chmod(path.c_str(), 0666) != 0 ||
      ::listen(socket.get(), 16) != 0)
    return fail_errno(fmt::format("cannot listen at {}", path), errno);
  return socket;
}

// Ends what waits when the signer is told to end.
StopCheck stop_of(const Session& session) {
  return [&session]() -> Result<> {
    if (session.stopped()) return fail(ErrorCode::interrupted, "the signer was told to end");
    return {};
  };
}

// Several connections at a time, so that a slow one holds up nobody; but one signs after the other:
// the log has one writer. Who says nothing is let go, and may come again.
Result<> serve_all(const Fd& listener, const std::vector<uid_t>& allowed,
                   const evidence::Sign& sign, const Session& session) {
  std::mutex one_by_one;
  evidence::Sign sign_alone = [&](const evidence::Request& request) {
    std::lock_guard lock(one_by_one);
    return sign(request);
  };
  std::mutex saying;
  auto tell = [&](const Error& error) {
    std::lock_guard lock(saying);
    session.remark(fmt::format("a connection was ended: {}\n", error.str()));
  };
  auto serve = [&](evidence::Channel channel) {
    if (Result<> served = evidence::serve(channel, sign_alone, k_patience); !served)
      tell(served.error());
  };
  std::vector<std::future<void>> open;
  while (!session.stopped()) {
    std::erase_if(open, [](std::future<void>& each) {
      return each.wait_for(0s) == std::future_status::ready;
    });
    bool is_full = open.size() == k_most_at_a_time;
    pollfd polled = {listener.get(), POLLIN, 0};
    int ready = ::poll(&polled, is_full ? 0 : 1, is_full ? 50 : 1000);
    if (ready <= 0) continue;
    Fd socket(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) continue;
    evidence::Channel channel(std::move(socket), k_patience, stop_of(session));
    // Who is refused takes no place of others.
    if (Result<> admitted = evidence::admit(channel, allowed); !admitted)
      tell(admitted.error());
    else
      open.push_back(std::async(std::launch::async, serve, std::move(channel)));
  }
  return {};
}

Result<int> run(Session& session, const Arguments& arguments) {
  hide_memory();
  std::optional<Path> chosen;
  if (auto directory = arguments.value("--keys")) chosen = *directory;
  Path place = TRY(signing::keyring_directory(session.environment(), chosen));
  std::optional<Path> file;
  if (auto named = arguments.value("--password-file")) file = *named;
  evidence::Sign sign = sign_with(place, unattended_password(session, file), session.clock());
  std::vector<uid_t> allowed = TRY(allowed_users(arguments));
  if (arguments.has("--once")) {
    warm_up();
    evidence::Channel channel(Fd(STDIN_FILENO), k_patience);
    TRY(evidence::admit(channel, allowed));
    TRY(evidence::serve(channel, sign));
    return k_exit_ok;
  }
  std::optional<std::string> path = arguments.value("--listen");
  if (!path)
    return fail(
        ErrorCode::bad_input, "the signer is not told where to listen",
        "use --listen SOCKET, and the same path as `signer` in the configuration of builds");
  Fd listener = TRY(listen_at(*path));
  TRY(serve_all(listener, allowed, sign, session));
  ::unlink(path->c_str());
  return k_exit_ok;
}

}  // namespace

const Command k_signer = {
    .spec =
        {.name = "signer",
         .summary = "sign build records in a process of its own",
         .description =
             "Holds the keys and the transparency log. Builds send it a record of what they did "
             "and the documents that it names; it checks the record, makes the statements "
             "itself, signs and logs them, and answers with the evidence. It signs nothing that "
             "a build wrote as a statement. Who is at the other side of the socket is asked of "
             "the kernel: its own user, and those of --allow-user, are served.\n"
             "`kiln build` starts one for itself unless the configuration's `signer` names a "
             "socket. docs/signer.md shows how to run it as a user of its own.",
         .positionals = {},
         .options = {{"--listen", "SOCKET", "serve connections at this path"},
                     {"--allow-user", "UID", "serve this user, too", 0, true},
                     {"--keys", "DIR", "keys and log (default: ~/.local/share/kiln/signer)"},
                     {"--password-file", "FILE",
                      "what opens encrypted keys (default: KILN_KEY_PASSWORD)"},
                     {"--once", "", "serve the socket that is the standard input, then end"}},
         .examples = {{"kiln signer --listen /run/kiln/signer.sock --allow-user 990",
                       "serve the builds of the user with this number"}}},
    .run = run};

}  // namespace kiln::cli
