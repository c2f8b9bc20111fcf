// SPDX-License-Identifier: Apache-2.0
//
// What comes over the signer's socket, at both of its ends: the signer reads a request from a
// control plane, the control plane an answer from its signer. Where the first byte is odd, the rest
// are texts between zero bytes and become frames, so that what lies inside frames is reached, too;
// else they go as they are.
#include "evidence/protocol.hpp"

#include <cstddef>
#include <cstdint>

#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace kiln;
using namespace std::chrono_literals;

// Less than what a socket takes before somebody reads: bytes, and frames, of which even an empty
// one takes its place.
constexpr size_t k_most = 64U << 10;
constexpr size_t k_most_frames = 32;

// The two ends of a connection on which one side has said all that it will ever say.
struct Connection {
  evidence::Channel ours;
  Fd peer;
};

Connection connection_with(std::string_view said, bool in_frames) {
  int ends[2];
  ASSERT(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  Fd peer(ends[1]);
  if (in_frames) {
    evidence::Channel speaker(Fd(::dup(peer.get())), 1s);
    size_t at = 0;
    for (size_t frames = 0; frames < k_most_frames && at <= said.size(); ++frames) {
      size_t end = std::min(said.find('\0', at), said.size());
      ASSERT(speaker.send(said.substr(at, end - at)));
      at = end + 1;
    }
  } else {
    ASSERT(::send(peer.get(), said.data(), said.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(said.size()));
  }
  ::shutdown(peer.get(), SHUT_WR);
  return {evidence::Channel(Fd(ends[0]), 1s), std::move(peer)};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0 || size > k_most / 8) return 0;  // a frame's length may follow each byte
  std::string_view said(reinterpret_cast<const char*>(data) + 1, size - 1);
  bool in_frames = data[0] % 2 == 1;

  Connection request = connection_with(said, in_frames);
  auto sign = [](const evidence::Request& asked) -> Result<evidence::Evidence> {
    for (const auto& [digest, bytes] : asked.documents) ASSERT(sha256(bytes) == digest);
    return fail(ErrorCode::unverified, "nothing is signed here");
  };
  if (evidence::admit(request.ours, {::getuid()})) (void)evidence::serve(request.ours, sign);

  Connection answer = connection_with(said, in_frames);
  if (auto evidence = evidence::receive_answer(answer.ours))
    for (const auto& [digest, blob] : evidence->content.blobs())
      ASSERT(sha256(blob.bytes) == digest);
  return 0;
}
