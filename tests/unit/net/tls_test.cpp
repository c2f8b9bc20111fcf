// SPDX-License-Identifier: Apache-2.0
//
// https against `openssl s_server` with a CA made for the test: what is trusted, and what is not.
#include "base/files.hpp"
#include "base/process.hpp"
#include "net/http.hpp"
#include "support/http_server.hpp"
#include "support/result_matchers.hpp"

#include <csignal>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln {
namespace {

using testing::value;

class TlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto version = run_process({.arguments = {"openssl", "version"}});
    if (!version || version->exit_code != 0) GTEST_SKIP() << "openssl is not installed";
    make_certificate();
  }

  void TearDown() override {
    if (server_ > 0) {
      ::kill(server_, SIGTERM);
      ::waitpid(server_, nullptr, 0);
    }
  }

  void openssl(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "openssl");
    auto done = value(run_process({.arguments = arguments, .directory = place()}));
    ASSERT_EQ(done.exit_code, 0) << done.error_output;
  }

  // ca.pem, and server.pem for localhost signed by it.
  void make_certificate() {
    openssl({"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
             "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Kiln test CA", "-days", "1"});
    openssl({"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
             "server.key", "-out", "server.csr", "-subj", "/CN=localhost"});
    ASSERT_OK(write_file(directory_.path() / "extensions", "subjectAltName=DNS:localhost\n"));
    openssl({"x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-out",
             "server.pem", "-days", "1", "-extfile", "extensions", "-set_serial", "1"});
  }

  // Serves the files of the directory on port_: as bodies (-WWW) or as whole responses (-HTTP).
  void start_server(const char* mode) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    std::string place_text = place();
    server_ = ::fork();
    if (server_ == 0) {
      ::dup2(ends[1], 1);
      ::close(ends[0]);
      if (::chdir(place_text.c_str()) == 0)
        ::execlp("openssl", "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem",
                 "-key", "server.key", mode, static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = Fd(ends[0]);
    std::string text;
    char byte;
    // "ACCEPT 127.0.0.1:40123"
    while (!text.ends_with('\n') || text.find("ACCEPT ") == std::string::npos) {
      ASSERT_EQ(::read(ends[0], &byte, 1), 1) << text;
      text += byte;
    }
    port_ = text.substr(text.rfind(':') + 1, text.size() - text.rfind(':') - 2);
  }

  std::string place() const { return directory_.path().string(); }
  std::string url(const std::string& host) const {
    return "https://" + host + ":" + port_ + "/hello.txt";
  }

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  pid_t server_ = 0;
  Fd output_;
  std::string port_;
};

TEST_F(TlsTest, TrustsOnlyTheSystemsAndTheNamedCa) {
  ASSERT_OK(write_file(directory_.path() / "hello.txt", "hello"));
  start_server("-WWW");
  HttpOptions options;
  options.attempts = 1;
  auto untrusted = get_bytes(*make_http_client(options), {.url = url("localhost")});
  ASSERT_FALSE(untrusted);
  EXPECT_EQ(untrusted.error().code, ErrorCode::network);
  EXPECT_NE(untrusted.error().message.find("certificate"), std::string::npos)
      << untrusted.error().message;

  options.ca_file = place() + "/ca.pem";
  auto client = make_http_client(options);
  EXPECT_EQ(value(get_bytes(*client, {.url = url("localhost")})).second, "hello");
  auto other_name = get_bytes(*client, {.url = url("127.0.0.1")});
  EXPECT_FALSE(other_name) << "the certificate is for another name";
}

TEST_F(TlsTest, NeverFollowsARedirectToAnUnencryptedPlace) {
  testing::HttpServer plain;
  plain.on("/", [](const auto&) { return testing::ServerResponse{.body = "in the clear"}; });
  ASSERT_OK(write_file(directory_.path() / "hello.txt",
                       "HTTP/1.0 302 Found\r\nLocation: " + plain.url("/x") + "\r\n\r\n"));
  start_server("-HTTP");
  HttpOptions options;
  options.attempts = 1;
  options.ca_file = place() + "/ca.pem";
  auto got = get_bytes(*make_http_client(options), {.url = url("localhost")});
  ASSERT_FALSE(got);
  EXPECT_NE(got.error().message.find("not encrypted"), std::string::npos) << got.error().message;
  EXPECT_TRUE(plain.requests().empty());
}

}  // namespace
}  // namespace kiln
