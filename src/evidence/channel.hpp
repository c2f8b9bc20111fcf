// SPDX-License-Identifier: Apache-2.0
//
// The socket between a control plane and its signer. What goes over it is a row of frames:
//
//   frame = length bytes     ; length: 32 bits, big-endian
//
// Both sides say how much they take at most before they read a frame.
#pragma once
#include "base/files.hpp"
#include "base/stop_check.hpp"
#include "crypto/digest.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace kiln::evidence {

class Channel {
 public:
  // Takes a connected stream socket. A peer that is silent for longer than `patience` is an error;
  // `stop` is asked while it is waited for.
  Channel(Fd socket, std::chrono::milliseconds patience, StopCheck stop = {});

  // Fails with io when the peer is gone or silent.
  Result<> send(std::string_view frame);
  // The next frame, of at most `limit` bytes (limit otherwise). Fails with io when the peer is gone
  // or silent.
  Result<std::string> receive(uint32_t limit) { return receive(limit, nullptr); }
  // The same with its SHA-256, which is computed while the peer sends.
  struct Frame {
    std::string bytes;
    Digest digest;
  };
  Result<Frame> receive_hashed(uint32_t limit);

  // Waits until there is a frame to receive (false), or the peer has hung up or said nothing for
  // longer than `patience` (true). Without one, waits for as long as it takes.
  Result<bool> at_end(std::optional<std::chrono::milliseconds> patience = std::nullopt);
  // Whether the peer has hung up, as far as is known now.
  bool hung_up() const;

  // The user who made the other end of the connection, as the kernel says (SO_PEERCRED).
  Result<uid_t> peer_user() const;

 private:
  Result<bool> wait_until(short events, std::optional<std::chrono::milliseconds> patience) const;
  Result<> wait(short events) const;
  Result<std::string> receive(uint32_t limit, Sha256* hash);
  Result<> read_into(char* buffer, size_t size);
  Fd socket_;
  std::chrono::milliseconds patience_;
  StopCheck stop_;
};

}  // namespace kiln::evidence
