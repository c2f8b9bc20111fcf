// SPDX-License-Identifier: Apache-2.0
//
// Real registries on loopback, each with storage of its own that goes with it: Debian's
// docker-registry (distribution 2.8) and distribution 3, which have no referrers API, and olareg,
// which has it.
#pragma once
#include "base/files.hpp"
#include "crypto/digest.hpp"
#include "support/background_process.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace kiln::testing {

enum class RegistryKind { distribution2, distribution3, olareg };

// The program's name, for messages and NEED_TOOL.
std::string program_of(RegistryKind kind);

struct RegistryServerOptions {
  std::string user = {};  // who alone may do anything, when there is one; with `password`
  std::string password = {};
  bool tokens = false;    // asks for a token instead of the password; olareg alone
  Path certificate = {};  // PEM files; https when there are
  Path key = {};
};

class RegistryServer {
 public:
  // Throws when it does not start.
  explicit RegistryServer(RegistryKind kind, const RegistryServerOptions& options = {});

  // "127.0.0.1:PORT", for references.
  std::string host() const;
  std::string log() const { return server_->log(); }
  // Ends the server and starts it again with the same storage.
  void restart();
  // The file in its storage that holds a blob or manifest. Throws when there is none.
  Path stored(const Digest& digest) const;

 private:
  void start();
  void configure_distribution(const RegistryServerOptions& options);
  void configure_olareg(const RegistryServerOptions& options);

  TemporaryDirectory place_;
  uint16_t port_;
  std::vector<std::string> command_;
  std::optional<BackgroundProcess> server_;
};

}  // namespace kiln::testing
