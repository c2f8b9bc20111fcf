// SPDX-License-Identifier: Apache-2.0
#include "evidence/channel.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

namespace kiln::evidence {

namespace {

constexpr size_t k_length_size = 4;
constexpr size_t k_piece = 128U << 10;
constexpr uint32_t k_most_reserved = 16U << 20;
constexpr std::chrono::milliseconds k_between_asking{200};

std::unexpected<Error> gone() {
  return fail(ErrorCode::io, "the other side of the signer's socket is gone");
}

}  // namespace

Channel::Channel(Fd socket, std::chrono::milliseconds patience, StopCheck stop)
    : socket_(std::move(socket)), patience_(patience), stop_(std::move(stop)) {}

// Whether there is something to do before patience ends.
Result<bool> Channel::wait_until(short events,
                                 std::optional<std::chrono::milliseconds> patience) const {
  using Clock = std::chrono::steady_clock;
  Clock::time_point start = Clock::now();
  while (true) {
    TRY(ask(stop_));
    std::chrono::milliseconds slice = k_between_asking;
    if (patience) {
      auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
      slice = std::clamp(*patience - passed, std::chrono::milliseconds(0), k_between_asking);
    }
    pollfd polled = {socket_.get(), events, 0};
    if (::poll(&polled, 1, static_cast<int>(slice.count())) > 0) return true;
    if (patience && Clock::now() - start >= *patience) return false;
  }
}

Result<> Channel::wait(short events) const {
  if (TRY(wait_until(events, patience_))) return {};
  return fail(ErrorCode::io, "the other side of the signer's socket is silent");
}

Result<> Channel::send(std::string_view frame) {
  if (frame.size() > UINT32_MAX) return fail(ErrorCode::limit, "a frame is too long");
  std::string length;
  for (size_t i = 0; i < k_length_size; ++i)
    length.push_back(static_cast<char>(frame.size() >> (8 * (k_length_size - 1 - i))));
  for (std::string_view rest : {std::string_view(length), frame}) {
    while (!rest.empty()) {
      TRY(wait(POLLOUT));
      ssize_t sent = ::send(socket_.get(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (sent < 0) return gone();
      rest.remove_prefix(static_cast<size_t>(sent));
    }
  }
  return {};
}

Result<> Channel::read_into(char* buffer, size_t size) {
  while (size > 0) {
    TRY(wait(POLLIN));
    ssize_t got = ::recv(socket_.get(), buffer, size, MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return gone();
    buffer += got;
    size -= static_cast<size_t>(got);
  }
  return {};
}

Result<Channel::Frame> Channel::receive_hashed(uint32_t limit) {
  Sha256 hash;
  std::string bytes = TRY(receive(limit, &hash));
  return Frame{std::move(bytes), hash.finish()};
}

Result<std::string> Channel::receive(uint32_t limit, Sha256* hash) {
  char length_bytes[k_length_size];
  TRY(read_into(length_bytes, sizeof length_bytes));
  uint32_t length = 0;
  for (char byte : length_bytes) length = length << 8 | static_cast<unsigned char>(byte);
  if (length > limit)
    return fail(ErrorCode::limit,
                fmt::format("a frame of {} bytes, where {} are the most", length, limit));
  // A peer that promises much and sends little costs address space alone: memory is touched as it
  // is filled.
  std::string frame;
  frame.reserve(std::min(length, k_most_reserved));
  Result<> read;
  while (read && frame.size() < length) {
    size_t at = frame.size();
    size_t size = std::min<size_t>(k_piece, length - at);
    frame.resize_and_overwrite(at + size, [&](char* bytes, size_t) {
      read = read_into(bytes + at, size);
      return read ? at + size : at;
    });
    if (read && hash != nullptr) hash->update(std::string_view(frame).substr(at));
  }
  TRY(std::move(read));
  return frame;
}

Result<bool> Channel::at_end(std::optional<std::chrono::milliseconds> patience) {
  while (TRY(wait_until(POLLIN, patience))) {
    char next = 0;
    ssize_t got = ::recv(socket_.get(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    return got <= 0;
  }
  return true;
}

bool Channel::hung_up() const {
  char next = 0;
  return ::recv(socket_.get(), &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

Result<uid_t> Channel::peer_user() const {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return fail_errno("cannot tell who is at the other side of the signer's socket", errno);
  return peer.uid;
}

}  // namespace kiln::evidence
