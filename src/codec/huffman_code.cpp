// SPDX-License-Identifier: Apache-2.0
//
// Lengths are made in place in the array of sorted frequencies (Moffat and Katajainen, "In-Place
// Calculation of Minimum-Redundancy Codes", 1995). Only how many words have which length is taken
// from it: words that are too long are shortened by lengthening others until the code is one again,
// and then the rarest symbols get the longest words.
#include "codec/huffman_code.hpp"

#include "base/result.hpp"

#include <algorithm>
#include <array>

namespace kiln {

namespace {

constexpr size_t k_most_symbols = 288;
constexpr uint32_t k_longest = 15;

using Counts = std::array<uint32_t, k_longest + 1>;  // words of each length

// Replaces the sorted weights by the number of the parent of each inner node, then by the depths
// of inner nodes.
void inner_depths(std::span<uint32_t> nodes) {
  const size_t n = nodes.size();
  size_t leaf = 0;
  size_t inner = 0;
  auto lightest = [&](size_t made) {
    if (leaf < n && (inner >= made || nodes[leaf] <= nodes[inner])) return nodes[leaf++];
    uint32_t weight = nodes[inner];
    nodes[inner++] = static_cast<uint32_t>(made);
    return weight;
  };
  for (size_t made = 0; made + 1 < n; ++made) {
    uint32_t weight = lightest(made);
    weight += lightest(made);
    nodes[made] = weight;
  }
  nodes[n - 2] = 0;
  for (size_t i = n - 2; i-- > 0;) nodes[i] = nodes[nodes[i]] + 1;
}

// How many leaves there are at each depth; those below `limit` are counted there.
Counts leaf_counts(std::span<const uint32_t> depths_of_inner, size_t leaves, uint32_t limit) {
  Counts counts{};
  size_t inner = depths_of_inner.size();
  size_t places = 1;
  for (uint32_t depth = 0; leaves > 0; ++depth) {
    size_t inner_here = 0;
    while (inner > 0 && depths_of_inner[inner - 1] == depth) {
      --inner;
      ++inner_here;
    }
    size_t leaves_here = places - inner_here;
    counts[std::min(depth, limit)] += static_cast<uint32_t>(leaves_here);
    leaves -= leaves_here;
    places = 2 * inner_here;
  }
  return counts;
}

// Makes counts those of a complete code: each step lengthens the longest word that can be, and
// hangs a word that was too long beside it.
void repair(Counts& counts, uint32_t limit) {
  uint32_t used = 0;
  for (uint32_t length = 1; length <= limit; ++length) used += counts[length] << (limit - length);
  for (; used > 1U << limit; --used) {
    uint32_t length = limit - 1;
    while (counts[length] == 0) --length;
    --counts[length];
    counts[length + 1] += 2;
    --counts[limit];
  }
}

// The low 16 bits in the opposite order.
uint32_t reversed(uint32_t bits) {
  bits = (bits >> 1 & 0x5555) | (bits & 0x5555) << 1;
  bits = (bits >> 2 & 0x3333) | (bits & 0x3333) << 2;
  bits = (bits >> 4 & 0x0f0f) | (bits & 0x0f0f) << 4;
  return (bits >> 8 & 0x00ff) | (bits & 0x00ff) << 8;
}

}  // namespace

void code_lengths(std::span<const uint32_t> frequencies, uint32_t limit,
                  std::span<uint8_t> lengths) {
  ASSERT(frequencies.size() <= k_most_symbols && limit <= k_longest);
  constexpr uint32_t symbol_bits = 9;
  std::array<uint64_t, k_most_symbols> keys;  // frequency, then symbol: no two are equal
  size_t used = 0;
  for (size_t symbol = 0; symbol < frequencies.size(); ++symbol) {
    lengths[symbol] = 0;
    if (frequencies[symbol] != 0)
      keys[used++] = uint64_t{frequencies[symbol]} << symbol_bits | symbol;
  }
  if (used < 2) {
    size_t known = used == 1 ? keys[0] & ((1U << symbol_bits) - 1) : 0;
    lengths[known] = 1;
    lengths[known == 0 ? 1 : 0] = 1;
    return;
  }
  std::sort(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(used));
  std::array<uint32_t, k_most_symbols> nodes;
  for (size_t i = 0; i < used; ++i) nodes[i] = static_cast<uint32_t>(keys[i] >> symbol_bits);
  inner_depths(std::span(nodes).first(used));
  Counts counts = leaf_counts(std::span(nodes).first(used - 1), used, limit);
  repair(counts, limit);
  size_t next = 0;
  for (uint32_t length = limit; length > 0; --length)
    for (uint32_t i = 0; i < counts[length]; ++i)
      lengths[keys[next++] & ((1U << symbol_bits) - 1)] = static_cast<uint8_t>(length);
}

void code_words(std::span<const uint8_t> lengths, std::span<uint16_t> words) {
  Counts counts{};
  for (uint8_t length : lengths) ++counts[length];
  counts[0] = 0;
  std::array<uint32_t, k_longest + 1> next{};
  for (uint32_t length = 1; length <= k_longest; ++length)
    next[length] = (next[length - 1] + counts[length - 1]) << 1;
  for (size_t symbol = 0; symbol < lengths.size(); ++symbol) {
    uint32_t length = lengths[symbol];
    words[symbol] = static_cast<uint16_t>(reversed(next[length]++) >> (16 - length));
  }
}

}  // namespace kiln
