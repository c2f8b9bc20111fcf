// SPDX-License-Identifier: Apache-2.0
//
// The alphabets of DEFLATE (RFC 1951, 3.2.5 to 3.2.7) as an encoder needs them: which symbol a
// length or a distance has, and which extra bits follow it.
#pragma once
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace kiln::deflate {

inline constexpr uint32_t k_window = 32768;
inline constexpr uint32_t k_min_match = 3;
inline constexpr uint32_t k_max_match = 258;

inline constexpr size_t k_literal_symbols = 288;  // literals, end of block, lengths
inline constexpr size_t k_distance_symbols = 30;
inline constexpr uint32_t k_end_of_block = 256;
inline constexpr uint32_t k_first_length_symbol = 257;
inline constexpr uint32_t k_max_stored = 65535;  // bytes of a stored block

struct LengthSymbol {
  uint16_t symbol = 0;
  uint8_t extra_bits = 0;
  uint8_t extra = 0;
};

// The symbol of each length, indexed by length - k_min_match.
inline constexpr std::array<LengthSymbol, k_max_match - k_min_match + 1> k_length_symbols = [] {
  std::array<LengthSymbol, k_max_match - k_min_match + 1> symbols{};
  size_t at = 0;
  for (uint16_t i = 0; i < 28; ++i) {
    auto bits = static_cast<uint8_t>(i < 8 ? 0 : i / 4 - 1);
    for (size_t extra = 0; extra < (1U << bits) && at < symbols.size(); ++extra)
      symbols[at++] = {static_cast<uint16_t>(k_first_length_symbol + i), bits,
                       static_cast<uint8_t>(extra)};
  }
  symbols.back() = {285, 0, 0};  // 258 has a symbol of its own
  return symbols;
}();

// How many extra bits follow a distance symbol.
constexpr uint32_t distance_extra_bits(uint32_t symbol) {
  return symbol < 2 ? 0 : symbol / 2 - 1;
}

// The symbol of a distance from 1 to k_window: two for each power of two.
constexpr uint32_t distance_symbol(uint32_t distance) {
  uint32_t rest = distance - 1;
  if (rest < 2) return rest;
  auto exponent = static_cast<uint32_t>(std::bit_width(rest)) - 1;
  return 2 * exponent + (rest >> (exponent - 1) & 1);
}

// The extra bits themselves.
constexpr uint32_t distance_extra(uint32_t distance, uint32_t symbol) {
  return (distance - 1) & ((1U << distance_extra_bits(symbol)) - 1);
}

}  // namespace kiln::deflate
