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

std::unexpected<Error> gone() {
  return fail(ErrorCode::io, "the other side of the signer's socket is gone");
}

}  // namespace

Channel::Channel(Fd socket, std::chrono::milliseconds patience)
    : socket_(std::move(socket)), patience_(static_cast<int>(patience.count())) {}

Result<> Channel::wait(short events, int milliseconds) const {
  pollfd polled = {socket_.get(), events, 0};
  int ready = 0;
  while ((ready = ::poll(&polled, 1, milliseconds)) < 0 && errno == EINTR) {
  }
  if (ready > 0) return {};
  return fail(ErrorCode::io, "the other side of the signer's socket is silent");
}

Result<> Channel::send(std::string_view frame) {
  if (frame.size() > UINT32_MAX) return fail(ErrorCode::limit, "a frame is too long");
  std::string length;
  for (size_t i = 0; i < k_length_size; ++i)
    length.push_back(static_cast<char>(frame.size() >> (8 * (k_length_size - 1 - i))));
  for (std::string_view rest : {std::string_view(length), frame}) {
    while (!rest.empty()) {
      TRY(wait(POLLOUT, patience_));
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
    TRY(wait(POLLIN, patience_));
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

Result<bool> Channel::at_end() {
  TRY(wait(POLLIN, -1));
  char next = 0;
  ssize_t got = ::recv(socket_.get(), &next, 1, MSG_PEEK | MSG_DONTWAIT);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return at_end();
  return got <= 0;
}

Result<uid_t> Channel::peer_user() const {
  ucred peer = {};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket_.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return fail_errno("cannot tell who is at the other side of the signer's socket", errno);
  return peer.uid;
}

}  // namespace kiln::evidence
