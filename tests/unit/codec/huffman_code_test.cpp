// SPDX-License-Identifier: Apache-2.0
//
// Codes are complete, as short as they can be, and within their limit.
#include "codec/huffman_code.hpp"

#include "support/shared_data.hpp"

#include <numeric>
#include <queue>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace kiln {
namespace {

std::vector<uint8_t> lengths_of(const std::vector<uint32_t>& frequencies, uint32_t limit) {
  std::vector<uint8_t> lengths(frequencies.size());
  code_lengths(frequencies, limit, lengths);
  return lengths;
}

// Sum of 2^-length in units of 2^-15: a complete code fills all 2^15.
uint32_t filled(const std::vector<uint8_t>& lengths) {
  uint32_t sum = 0;
  for (uint8_t length : lengths) sum += length == 0 ? 0 : 1U << (15 - length);
  return sum;
}

uint64_t bits_with(const std::vector<uint32_t>& frequencies, const std::vector<uint8_t>& lengths) {
  return std::inner_product(frequencies.begin(), frequencies.end(), lengths.begin(), uint64_t{0});
}

// The bits of Huffman's own algorithm: the sum of all weights that are put together.
uint64_t fewest_bits(const std::vector<uint32_t>& frequencies) {
  std::priority_queue<uint64_t, std::vector<uint64_t>, std::greater<>> weights;
  for (uint32_t frequency : frequencies)
    if (frequency != 0) weights.push(frequency);
  uint64_t bits = 0;
  while (weights.size() > 1) {
    uint64_t weight = weights.top();
    weights.pop();
    weight += weights.top();
    weights.pop();
    weights.push(weight);
    bits += weight;
  }
  return bits;
}

TEST(HuffmanCode, IsAsShortAsHuffmans) {
  std::mt19937_64 random(testing::fresh_seed());
  for (int round = 0; round < 200; ++round) {
    std::vector<uint32_t> frequencies(2 + random() % 287);
    for (uint32_t& frequency : frequencies)
      frequency = random() % 3 == 0 ? 0 : 1 + static_cast<uint32_t>(random() % 50);
    frequencies[0] = frequencies[1] = 7;
    std::vector<uint8_t> lengths = lengths_of(frequencies, 15);
    ASSERT_EQ(filled(lengths), 1U << 15);
    ASSERT_EQ(bits_with(frequencies, lengths), fewest_bits(frequencies));
  }
}

TEST(HuffmanCode, StaysWithinItsLimit) {
  std::vector<uint32_t> fibonacci = {1, 1};
  while (fibonacci.size() < 40)
    fibonacci.push_back(fibonacci[fibonacci.size() - 1] + fibonacci[fibonacci.size() - 2]);
  for (uint32_t limit : {7U, 14U, 15U}) {
    std::vector<uint8_t> lengths = lengths_of(fibonacci, limit);
    EXPECT_EQ(filled(lengths), 1U << 15);
    for (size_t i = 0; i < lengths.size(); ++i) {
      EXPECT_GE(lengths[i], 1);
      EXPECT_LE(lengths[i], limit);
      EXPECT_LE(lengths[i], lengths[i == 0 ? 0 : i - 1]) << "a frequent symbol has the longer word";
    }
  }
}

TEST(HuffmanCode, GivesFewSymbolsTwoWords) {
  EXPECT_EQ(lengths_of({0, 0, 0}, 15), (std::vector<uint8_t>{1, 1, 0}));
  EXPECT_EQ(lengths_of({5, 0, 0}, 15), (std::vector<uint8_t>{1, 1, 0}));
  EXPECT_EQ(lengths_of({0, 0, 5}, 15), (std::vector<uint8_t>{1, 0, 1}));
}

TEST(HuffmanCode, HasTheWordsOfTheStandard) {
  // RFC 1951, 3.2.2: the example of A to H.
  std::vector<uint8_t> lengths = {3, 3, 3, 3, 3, 2, 4, 4};
  std::vector<uint16_t> words(lengths.size());
  code_words(lengths, words);
  EXPECT_EQ(words,
            (std::vector<uint16_t>{0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111}));
}

}  // namespace
}  // namespace kiln
