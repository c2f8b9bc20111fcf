// SPDX-License-Identifier: Apache-2.0
//
// A signer that others keep busy, and one that never answers.
#include "debian.hpp"
#include "support/background_process.hpp"
#include "support/tools.hpp"

#include <chrono>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace kiln::testing {
namespace {

using namespace std::chrono_literals;
constexpr int k_interrupted = 130;

class SignerBusy : public Debian {
 protected:
  void SetUp() override {
    Debian::SetUp();
    define("[hello]");
    configure("signer: " + socket().string() + "\n");
  }
  Path socket() const { return place() / "signer.sock"; }

  Fd unix_socket() const { return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)); }
  sockaddr_un address() const {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket().c_str(), sizeof address.sun_path - 1);
    return address;
  }
};

TEST_F(SignerBusy, AConnectionThatSaysNothingHoldsUpNobody) {
  BackgroundProcess signer(
      {"env", "KILN_STORE=" + store().string(), KILN_PROGRAM, "signer", "--listen",
       socket().string(), "--keys", (place() / "signer-keys").string()},
      place() / "signer.log");
  for (int i = 0; i < 3000 && !std::filesystem::exists(socket()); ++i) ::usleep(10'000);
  std::vector<Fd> idle;
  sockaddr_un name = address();
  for (int i = 0; i < 5; ++i) {
    idle.push_back(unix_socket());
    ASSERT_EQ(::connect(idle.back().get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  }
  auto start = std::chrono::steady_clock::now();
  Ended run = build();
  EXPECT_EQ(run.exit, 0) << run.errors << signer.log();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST_F(SignerBusy, ABuildThatWaitsForItEndsWhenItIsInterrupted) {
  NEED_TOOL("timeout");
  Fd listener = unix_socket();
  sockaddr_un name = address();
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  ASSERT_EQ(::listen(listener.get(), 4), 0);
  auto start = std::chrono::steady_clock::now();
  Ended run = build({}, {.before = {"timeout", "--preserve-status", "-s", "INT", "8"}});
  EXPECT_EQ(run.exit, k_interrupted) << run.errors;
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
  EXPECT_FALSE(is_there(place() / "out"));
}

}  // namespace
}  // namespace kiln::testing
