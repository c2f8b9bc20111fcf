// SPDX-License-Identifier: Apache-2.0
#include "store/record.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr std::string_view k_magic = "KILNREC1";
constexpr size_t k_longest_name = 200;
constexpr size_t k_stripe = 32;
// Odd, with about as many ones as zeros: the fractions of the golden ratio and of e, sqrt(2), pi.
constexpr uint64_t k_golden = 0x9e3779b97f4a7c15;
constexpr uint64_t k_euler = 0xb7e151628aed2a6b;
constexpr uint64_t k_root = 0x6a09e667f3bcc909;
constexpr uint64_t k_pi = 0x243f6a8885a308d3;

uint64_t load(const char* bytes) {
  uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}

void append(std::string& text, uint64_t value) {
  for (int shift = 0; shift < 64; shift += 8) text += static_cast<char>(value >> shift & 255);
}

uint64_t mix(uint64_t lane, uint64_t word) {
  return std::rotl((lane ^ word) * k_golden, 29) + k_euler;
}

std::string full_name(std::string_view kind, std::string_view key) {
  return fmt::format("{}/{}", kind, key);
}

}  // namespace

bool is_record_name(std::string_view name) {
  if (name.empty() || name.size() > k_longest_name || name[0] == '.') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

uint64_t record_checksum(std::string_view bytes) {
  uint64_t lanes[4] = {k_golden, k_euler, k_root, k_pi};
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= k_stripe; at += k_stripe, left -= k_stripe) {
    for (size_t i = 0; i < 4; ++i) lanes[i] = mix(lanes[i], load(at + 8 * i));
  }
  char tail[k_stripe] = {};
  if (left > 0) std::memcpy(tail, at, left);
  for (size_t i = 0; i < 4; ++i) lanes[i] = mix(lanes[i], load(tail + 8 * i));

  uint64_t sum = bytes.size();
  for (uint64_t lane : lanes) {
    sum = mix(sum, lane);
    sum ^= sum >> 32;
  }
  return sum;
}

std::string record_header(std::string_view kind, std::string_view key, std::string_view payload) {
  std::string header(k_magic);
  append(header, record_checksum(full_name(kind, key)));
  append(header, payload.size());
  append(header, record_checksum(payload));
  return header;
}

Result<std::string_view> open_record(std::string_view kind, std::string_view key,
                                     std::string_view file) {
  std::string_view payload = TRY(open_checked_record(kind, key, file));
  if (load(file.data() + 24) != record_checksum(payload))
    return fail(ErrorCode::corrupt, "its checksum is not the recorded one");
  return payload;
}

Result<std::string_view> open_checked_record(std::string_view kind, std::string_view key,
                                             std::string_view file) {
  if (file.size() < k_record_header || !file.starts_with(k_magic))
    return fail(ErrorCode::corrupt, "it does not begin as a record does");
  if (load(file.data() + 8) != record_checksum(full_name(kind, key)))
    return fail(ErrorCode::corrupt, "it is the record of another name");
  std::string_view payload = file.substr(k_record_header);
  if (load(file.data() + 16) != payload.size())
    return fail(ErrorCode::corrupt, "its size is not the recorded one");
  return payload;
}

}  // namespace kiln
