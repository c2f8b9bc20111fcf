// SPDX-License-Identifier: Apache-2.0
//
// A build's way to its signer: a running one at the socket that the configuration names, or a child
// of this process.
#pragma once
#include "cli/session.hpp"
#include "evidence/protocol.hpp"

#include <optional>

namespace kiln::cli {

class SignerClient {
 public:
  // Starts the child right away, so that it is ready when it is asked. Fails with io when nobody
  // listens at the configured socket, or the child cannot be started.
  static Result<SignerClient> start(const Session& session);
  SignerClient(SignerClient&& other) noexcept;
  SignerClient& operator=(SignerClient&&) = delete;
  // Hangs up, and waits for the child to end.
  ~SignerClient();

  // Fails with the signer's own error, with io when it is gone, or with interrupted.
  Result<evidence::Evidence> sign(const evidence::Request& request);

 private:
  SignerClient(const Session& session, evidence::Channel channel, pid_t child);
  const Session* session_;
  std::optional<evidence::Channel> channel_;
  pid_t child_ = -1;  // of a signer of our own
};

}  // namespace kiln::cli
