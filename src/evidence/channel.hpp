// SPDX-License-Identifier: Apache-2.0
//
// The socket between a control plane and its signer. What goes over it is a row of frames:
//
//   frame = length bytes     ; length: 32 bits, big-endian
//
// Both sides say how much they take at most before they read a frame.
#pragma once
#include "base/files.hpp"

#include <chrono>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace kiln::evidence {

class Channel {
 public:
  // Takes a connected stream socket. A peer that is silent for longer than `patience` is an error.
  Channel(Fd socket, std::chrono::milliseconds patience);

  // Fails with io when the peer is gone or silent.
  Result<> send(std::string_view frame);
  // The next frame, of at most `limit` bytes (limit otherwise). Fails with io when the peer is gone
  // or silent.
  Result<std::string> receive(uint32_t limit);

  // The user who made the other end of the connection, as the kernel says (SO_PEERCRED).
  Result<uid_t> peer_user() const;

 private:
  Result<> wait(short events) const;
  Result<> read_into(char* buffer, size_t size);
  Fd socket_;
  std::chrono::milliseconds patience_;
};

}  // namespace kiln::evidence
