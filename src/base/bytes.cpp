// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr size_t k_copy_buffer = 64 * 1024;
constexpr std::string_view k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr uint32_t k_not_base64 = 0xff000000;  // bits that no group of four characters has

constexpr std::array<uint32_t, 256> k_base64_values = [] {
  std::array<uint32_t, 256> values{};
  values.fill(k_not_base64);
  for (uint32_t i = 0; i < k_base64.size(); ++i)
    values[static_cast<unsigned char>(k_base64[i])] = i;
  return values;
}();

// The 24 bits of four characters; some of k_not_base64 when one is not of the alphabet.
uint32_t base64_group(const char* text) {
  auto value = [&](size_t i) { return k_base64_values[static_cast<unsigned char>(text[i])]; };
  return value(0) << 18 | value(1) << 12 | value(2) << 6 | value(3) |
         ((value(0) | value(1) | value(2)) & k_not_base64);
}

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
  std::array<char, k_copy_buffer> buffer;  // not cleared: many sources are small
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
  if (text.empty()) return std::string();
  size_t padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  std::string last(text.substr(text.size() - 4));
  last.replace(4 - padding, padding, padding, k_base64[0]);
  std::string bytes(text.size() / 4 * 3, '\0');
  char* out = bytes.data();
  uint32_t bad = 0;
  uint32_t group = 0;
  for (size_t i = 0; i < text.size(); i += 4, out += 3) {
    group = base64_group(i + 4 < text.size() ? text.data() + i : last.data());
    bad |= group;
    out[0] = static_cast<char>(group >> 16);
    out[1] = static_cast<char>(group >> 8);
    out[2] = static_cast<char>(group);
  }
  if ((bad & k_not_base64) != 0) return fail(ErrorCode::corrupt, "not base64");
  if ((group & ((1U << (8 * padding)) - 1)) != 0)
    return fail(ErrorCode::corrupt, "base64 with bits that belong to no byte");
  bytes.resize(bytes.size() - padding);
  return bytes;
}

}  // namespace kiln
