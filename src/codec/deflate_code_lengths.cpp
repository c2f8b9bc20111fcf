// SPDX-License-Identifier: Apache-2.0
#include "codec/deflate_code_lengths.hpp"

#include "codec/huffman_code.hpp"

#include <algorithm>

namespace kiln::deflate {

namespace {

constexpr uint8_t k_copy_previous = 16;  // 3 to 6 times
constexpr uint8_t k_few_zeros = 17;      // 3 to 10
constexpr uint8_t k_many_zeros = 18;     // 11 to 138
constexpr uint32_t k_limit = 7;

// In what order the lengths of the third code are written.
constexpr std::array<uint8_t, 19> k_order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                          11, 4,  12, 3, 13, 2, 14, 1, 15};

constexpr uint32_t extra_bits(uint8_t symbol) {
  if (symbol == k_copy_previous) return 2;
  if (symbol == k_few_zeros) return 3;
  return symbol == k_many_zeros ? 7 : 0;
}

// How many lengths are written: all up to the last that is not zero, but at least `least`.
size_t significant(std::span<const uint8_t> lengths, size_t least) {
  size_t count = lengths.size();
  while (count > least && lengths[count - 1] == 0) --count;
  return count;
}

}  // namespace

CodeDescription::CodeDescription(std::span<const uint8_t> literal_lengths,
                                 std::span<const uint8_t> distance_lengths)
    : literal_count_(significant(literal_lengths, k_first_length_symbol)),
      distance_count_(significant(distance_lengths, 1)) {
  std::array<uint8_t, k_literal_symbols + k_distance_symbols> all;
  auto end = std::copy_n(literal_lengths.begin(), literal_count_, all.begin());
  std::copy_n(distance_lengths.begin(), distance_count_, end);
  add_runs(std::span(all).first(literal_count_ + distance_count_));

  code_lengths(frequencies_, k_limit, lengths_);
  symbol_count_ = k_order.size();
  while (symbol_count_ > 4 && lengths_[k_order[symbol_count_ - 1]] == 0) --symbol_count_;
  bits_ = 5 + 5 + 4 + 3 * symbol_count_;
  for (uint8_t symbol = 0; symbol < k_symbols; ++symbol)
    bits_ += uint64_t{frequencies_[symbol]} * (lengths_[symbol] + extra_bits(symbol));
}

void CodeDescription::add(uint8_t symbol, size_t extra) {
  items_[item_count_++] = {symbol, static_cast<uint8_t>(extra)};
  ++frequencies_[symbol];
}

// The two codes are one row here: a run may go on from the first into the second.
void CodeDescription::add_runs(std::span<const uint8_t> lengths) {
  for (size_t at = 0; at < lengths.size();) {
    uint8_t length = lengths[at];
    size_t run = 1;
    while (at + run < lengths.size() && lengths[at + run] == length) ++run;
    at += run;
    if (length != 0) {
      add(length, 0);
      --run;
    }
    while (run >= 3) {
      size_t taken = std::min<size_t>(run, length != 0 ? 6 : 138);
      if (length != 0)
        add(k_copy_previous, taken - 3);
      else if (taken <= 10)
        add(k_few_zeros, taken - 3);
      else
        add(k_many_zeros, taken - 11);
      run -= taken;
    }
    for (; run > 0; --run) add(length, 0);
  }
}

void CodeDescription::write(BitWriter& out) const {
  out.add(literal_count_ - k_first_length_symbol, 5);
  out.add(distance_count_ - 1, 5);
  out.add(symbol_count_ - 4, 4);
  out.flush();
  for (size_t i = 0; i < symbol_count_; ++i) {
    out.add(lengths_[k_order[i]], 3);
    out.flush();
  }
  std::array<uint16_t, k_symbols> words{};
  code_words(lengths_, words);
  for (const Item& item : std::span(items_).first(item_count_)) {
    out.add(words[item.symbol], lengths_[item.symbol]);
    out.add(item.extra, extra_bits(item.symbol));
    out.flush();
  }
}

}  // namespace kiln::deflate
