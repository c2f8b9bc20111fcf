// SPDX-License-Identifier: Apache-2.0
//
// Huffman codes as DEFLATE uses them (RFC 1951, 3.2.2): of bounded length, canonical, and written
// with their first bit lowest.
#pragma once
#include <cstdint>
#include <span>

namespace kiln {

// The lengths in bits of a prefix code for these frequencies, none above `limit`; 0 for a symbol
// that does not occur. The code is complete: where fewer than two symbols occur, the first ones
// that do not are given a place, since some decoders refuse a code of one symbol. The frequencies
// must sum up to less than 2^32, and 2^limit symbols or fewer may occur.
void code_lengths(std::span<const uint32_t> frequencies, uint32_t limit,
                  std::span<uint8_t> lengths);

// The canonical code of these lengths, the bits of each code word reversed.
void code_words(std::span<const uint8_t> lengths, std::span<uint16_t> words);

}  // namespace kiln
