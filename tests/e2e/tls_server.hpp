// SPDX-License-Identifier: Apache-2.0
//
// A web server on loopback that speaks TLS with a certificate of an authority that exists for the
// test alone: who has its certificate trusts the server, nobody else does.
#pragma once
#include "base/files.hpp"
#include "support/background_process.hpp"
#include "support/loopback.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace kiln::testing {

class TlsServer {
 public:
  // Throws when it does not start. Needs the program openssl.
  TlsServer();
  std::string url() const;
  Path authority() const { return place_.path() / "ca.pem"; }

 private:
  TemporaryDirectory place_;
  uint16_t port_ = 0;
  std::optional<BackgroundProcess> server_;
};

}  // namespace kiln::testing
