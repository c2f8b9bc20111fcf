// SPDX-License-Identifier: Apache-2.0
#include "e2e/tls_server.hpp"

#include "support/containers.hpp"
#include "support/result_matchers.hpp"

#include <stdexcept>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace kiln::testing {

namespace {

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void openssl(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "openssl");
  ToolRun run = run_tool(std::move(arguments));
  if (run.exit_code != 0) throw std::runtime_error("openssl: " + run.errors);
}

}  // namespace

TlsServer::TlsServer() : place_(value(TemporaryDirectory::create())), port_(free_port()) {
  const std::string place = place_.path().string() + "/";
  openssl({"req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
           "/CN=Test authority", "-addext", "keyUsage=critical,keyCertSign", "-keyout",
           place + "ca.key", "-out", place + "ca.pem"});
  openssl({"req",
           "-x509",
           "-newkey",
           "rsa:2048",
           "-nodes",
           "-days",
           "2",
           "-subj",
           "/CN=localhost",
           "-addext",
           "subjectAltName=DNS:localhost,IP:127.0.0.1",
           "-addext",
           "basicConstraints=critical,CA:FALSE",
           "-CA",
           place + "ca.pem",
           "-CAkey",
           place + "ca.key",
           "-keyout",
           place + "key.pem",
           "-out",
           place + "cert.pem"});
  server_.emplace(std::vector<std::string>{"openssl", "s_server", "-www", "-accept",
                                           fmt::format("127.0.0.1:{}", port_), "-cert",
                                           place + "cert.pem", "-key", place + "key.pem"},
                  place_.path() / "log");
  if (!wait_until([&] { return answers(port_) || !server_->running(); }) || !server_->running())
    throw std::runtime_error("the TLS server does not start: " + server_->log());
}

std::string TlsServer::url() const {
  return fmt::format("https://127.0.0.1:{}/", port_);
}

uint16_t free_port() {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), generic, size) != 0 || ::getsockname(socket.get(), generic, &size) != 0)
    throw std::runtime_error("no free port on loopback");
  return ntohs(address.sin_port);
}

bool answers(uint16_t port) {
  Fd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = loopback(port);
  return ::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
}

}  // namespace kiln::testing
