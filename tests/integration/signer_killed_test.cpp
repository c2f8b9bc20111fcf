// SPDX-License-Identifier: Apache-2.0
//
// A signer that is killed while it has a build's request: at its first byte, in the middle of it,
// and while it answers. Between build and signer stands a relay, which counts bytes and kills.
#include "debian.hpp"
#include "support/background_process.hpp"

#include <atomic>
#include <cstring>
#include <thread>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

sockaddr_un address_of(const Path& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

// When the signer is killed: after so many bytes of the request, or of the answer.
struct Moment {
  std::string name;
  size_t requested;
  size_t answered;
};

// Takes one connection at `at`, and hands it on to the socket `to` until the moment has come.
class Relay {
 public:
  Relay(const Path& at, const Path& to, const Moment& moment, BackgroundProcess& signer)
      : listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
        signer_(signer),
        left_{moment.requested, moment.answered} {
    sockaddr_un own = address_of(at);
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&own), sizeof own) != 0 ||
        ::listen(listener_.get(), 1) != 0)
      throw std::runtime_error("cannot listen at " + at.string());
    thread_ = std::thread([this, to] { relay(to); });
  }
  ~Relay() { thread_.join(); }
  bool killed() const { return killed_; }

 private:
  void relay(const Path& to) {
    Fd build(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    Fd signer(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = address_of(to);
    if (::connect(signer.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
    pollfd ends[2] = {{build.get(), POLLIN, 0}, {signer.get(), POLLIN, 0}};
    while (::poll(ends, 2, 30'000) > 0)
      for (int side : {0, 1}) {
        if (ends[side].revents == 0) continue;
        if (!pass_on(ends[side].fd, ends[1 - side].fd, left_[side])) return;
      }
  }

  // False at the end: of the connection, or of the signer.
  bool pass_on(int from, int to, size_t& left) {
    char buffer[4096];
    ssize_t got = ::recv(from, buffer, std::min(left, sizeof buffer), 0);
    if (got <= 0) return false;
    for (ssize_t sent = 0; sent < got;) {
      ssize_t more = ::send(to, buffer + sent, static_cast<size_t>(got - sent), MSG_NOSIGNAL);
      if (more <= 0) return false;
      sent += more;
    }
    left -= static_cast<size_t>(got);
    if (left > 0) return true;
    signer_.kill();
    killed_ = true;
    return false;
  }

  Fd listener_;
  BackgroundProcess& signer_;
  size_t left_[2];
  std::atomic<bool> killed_ = false;
  std::thread thread_;
};

class SignerKilled : public Debian, public ::testing::WithParamInterface<Moment> {
 protected:
  std::unique_ptr<BackgroundProcess> start_signer() {
    Path socket = place() / "signer.sock";
    std::error_code error;
    std::filesystem::remove(socket, error);
    std::vector<std::string> words = {"env",        "KILN_STORE=" + store().string(),
                                      KILN_PROGRAM, "signer",
                                      "--listen",   socket.string(),
                                      "--keys",     (place() / "signer-keys").string()};
    auto signer = std::make_unique<BackgroundProcess>(words, place() / "signer.log");
    for (int i = 0; i < 3000 && !std::filesystem::exists(socket); ++i) ::usleep(10'000);
    return signer;
  }
};

constexpr size_t k_never = SIZE_MAX;

INSTANTIATE_TEST_SUITE_P(, SignerKilled,
                         ::testing::Values(Moment{"AtTheFirstByte", 1, k_never},
                                           Moment{"InTheRecord", 1500, k_never},
                                           Moment{"InADocument", 12'000, k_never},
                                           Moment{"AtItsAnswersFirstByte", k_never, 1},
                                           Moment{"InABlobOfItsAnswer", k_never, 20'000}),
                         [](const auto& tested) { return tested.param.name; });

TEST_P(SignerKilled, EndsTheBuildWithoutAnImageAndTheNextOneWorks) {
  define("[hello]");
  std::unique_ptr<BackgroundProcess> signer = start_signer();
  configure("signer: " + (place() / "relay.sock").string() + "\n");
  {
    Relay relay(place() / "relay.sock", place() / "signer.sock", GetParam(), *signer);
    Ended run = build();
    EXPECT_EQ(run.exit, 4) << run.output << run.errors;
    EXPECT_THAT(run.errors, HasSubstr("the signer's socket is gone"));
    EXPECT_THAT(run.errors, HasSubstr("no image was written"));
    EXPECT_TRUE(relay.killed());
  }
  EXPECT_FALSE(std::filesystem::exists(place() / "out"));
  for (const auto& entry : std::filesystem::directory_iterator(place()))
    EXPECT_FALSE(entry.path().filename().string().starts_with("out")) << entry.path();
  expect_store_whole();

  signer = start_signer();
  configure("signer: " + (place() / "signer.sock").string() + "\n");
  Ended next = build();
  EXPECT_EQ(next.exit, 0) << next.errors << signer->log();
  Ended verified =
      kiln({"verify", "out"}, {.environment = {"KILN_KEYS=" + (place() / "signer-keys").string()}});
  EXPECT_EQ(verified.exit, 0) << verified.output << verified.errors;
}

}  // namespace
}  // namespace kiln::testing
