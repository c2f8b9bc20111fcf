// SPDX-License-Identifier: Apache-2.0
//
// Numbers in network byte order, as notes, bundles and journals hold them.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kiln::tlog {

template <typename Number>
std::string put_big_endian(Number number) {
  std::string bytes;
  for (size_t i = sizeof(Number); i > 0; --i)
    bytes += static_cast<char>(number >> (8 * (i - 1)) & 0xff);
  return bytes;
}

// The number at the beginning of `bytes`, which are at least so long.
template <typename Number>
Number get_big_endian(std::string_view bytes) {
  ASSERT(bytes.size() >= sizeof(Number));
  Number number = 0;
  for (size_t i = 0; i < sizeof(Number); ++i)
    number = static_cast<Number>(number << 8 | static_cast<unsigned char>(bytes[i]));
  return number;
}

inline std::string put_u32(uint32_t number) {
  return put_big_endian(number);
}
inline std::string put_u64(uint64_t number) {
  return put_big_endian(number);
}
inline uint32_t get_u32(std::string_view bytes) {
  return get_big_endian<uint32_t>(bytes);
}
inline uint64_t get_u64(std::string_view bytes) {
  return get_big_endian<uint64_t>(bytes);
}

}  // namespace kiln::tlog
