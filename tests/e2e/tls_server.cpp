// SPDX-License-Identifier: Apache-2.0
#include "e2e/tls_server.hpp"

#include "support/containers.hpp"
#include "support/result_matchers.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace kiln::testing {

namespace {

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

}  // namespace kiln::testing
