// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr size_t k_copy_buffer = 256 * 1024;
constexpr std::string_view k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Result<size_t> MemorySource::read(char* buffer, size_t size) {
  size_t taken = std::min(size, rest_.size());
  if (taken > 0) std::memcpy(buffer, rest_.data(), taken);
  rest_.remove_prefix(taken);
  return taken;
}

Result<> MemorySink::write(std::string_view bytes) {
  if (bytes.size() > limit_ - bytes_.size())
    return fail(ErrorCode::limit, fmt::format("more than the {} bytes accepted here", limit_));
  bytes_.append(bytes);
  return {};
}

Result<> read_exactly(Source& source, char* buffer, size_t size) {
  while (size > 0) {
    size_t got = TRY(source.read(buffer, size));
    if (got == 0) return fail(ErrorCode::corrupt, "unexpected end of data");
    buffer += got;
    size -= got;
  }
  return {};
}

Result<std::string> read_all(Source& source, uint64_t limit) {
  MemorySink sink(limit);
  TRY(copy(source, sink));
  return sink.take();
}

Result<uint64_t> copy(Source& source, Sink& sink) {
  std::string buffer(k_copy_buffer, '\0');
  uint64_t total = 0;
  while (true) {
    size_t got = TRY(source.read(buffer.data(), buffer.size()));
    if (got == 0) return total;
    TRY(sink.write(std::string_view(buffer.data(), got)));
    total += got;
  }
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (unsigned char byte : bytes) {
    hex += digits[byte >> 4];
    hex += digits[byte & 15];
  }
  return hex;
}

Result<std::string> from_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return fail(ErrorCode::corrupt, "odd number of hexadecimal digits");
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (size_t i = 0; i < hex.size(); i += 2) {
    int high = hex_value(hex[i]);
    int low = hex_value(hex[i + 1]);
    if (high < 0 || low < 0) return fail(ErrorCode::corrupt, "not a hexadecimal number");
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

namespace {

// The two letters of every twelve bits.
const std::array<std::array<char, 2>, 4096>& base64_pairs() {
  static const auto pairs = [] {
    std::array<std::array<char, 2>, 4096> table;
    for (size_t i = 0; i < table.size(); ++i) table[i] = {k_base64[i >> 6], k_base64[i & 63]};
    return table;
  }();
  return pairs;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  const auto& pairs = base64_pairs();
  auto at = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])); };
  size_t whole = bytes.size() / 3 * 3;
  for (size_t i = 0; i < whole; i += 3) {
    uint32_t group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    std::memcpy(out, pairs[group >> 12].data(), 2);
    std::memcpy(out + 2, pairs[group & 4095].data(), 2);
    out += 4;
  }
  if (whole == bytes.size()) return text;
  uint32_t group = at(whole) << 16 | (whole + 1 < bytes.size() ? at(whole + 1) << 8 : 0U);
  *out++ = k_base64[group >> 18];
  *out++ = k_base64[group >> 12 & 63];
  if (whole + 1 < bytes.size()) *out++ = k_base64[group >> 6 & 63];
  return text;
}

Result<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return fail(ErrorCode::corrupt, "base64 of a wrong length");
  static const auto values = [] {
    std::array<int, 256> table;
    table.fill(-1);
    for (size_t i = 0; i < k_base64.size(); ++i)
      table[static_cast<unsigned char>(k_base64[i])] = static_cast<int>(i);
    return table;
  }();
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (size_t i = 0; i < text.size(); i += 4) {
    bool last = i + 4 == text.size();
    size_t padding = last ? (text[i + 2] == '=' ? 2U : text[i + 3] == '=' ? 1U : 0U) : 0U;
    uint32_t group = 0;
    for (size_t j = 0; j < 4; ++j) {
      bool pad = j >= 4 - padding;
      int value = pad ? 0 : values[static_cast<unsigned char>(text[i + j])];
      if (value < 0 || (pad && text[i + j] != '=')) return fail(ErrorCode::corrupt, "not base64");
      group = group << 6 | static_cast<uint32_t>(value);
    }
    if ((group & ((1U << (8 * padding)) - 1)) != 0)
      return fail(ErrorCode::corrupt, "base64 with bits that belong to no byte");
    for (size_t j = 0; j < 3 - padding; ++j) bytes += static_cast<char>(group >> (16 - 8 * j));
  }
  return bytes;
}

}  // namespace kiln
