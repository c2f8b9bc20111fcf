// SPDX-License-Identifier: Apache-2.0
//
// The head of a block with codes of its own: the lengths of both codes, run-length coded, in a
// third code (RFC 1951, 3.2.7).
#pragma once
#include "codec/bit_writer.hpp"
#include "codec/deflate_format.hpp"

#include <array>
#include <span>

namespace kiln::deflate {

class CodeDescription {
 public:
  CodeDescription(std::span<const uint8_t> literal_lengths,
                  std::span<const uint8_t> distance_lengths);

  // What write() adds, in bits.
  uint64_t bits() const { return bits_; }
  void write(BitWriter& out) const;

 private:
  static constexpr size_t k_symbols = 19;

  struct Item {
    uint8_t symbol = 0;
    uint8_t extra = 0;
  };

  void add_runs(std::span<const uint8_t> lengths);
  void add(uint8_t symbol, size_t extra);

  size_t literal_count_ = 0;
  size_t distance_count_ = 0;
  size_t symbol_count_ = 0;
  std::array<Item, k_literal_symbols + k_distance_symbols> items_;
  size_t item_count_ = 0;
  std::array<uint32_t, k_symbols> frequencies_{};
  std::array<uint8_t, k_symbols> lengths_{};
  uint64_t bits_ = 0;
};

}  // namespace kiln::deflate
