// SPDX-License-Identifier: Apache-2.0
//
// Finding what repeats: bytes become sequences of literals and matches by lazy matching over hash
// chains. Which match is taken depends on the bytes alone.
#pragma once
#include "codec/deflate_format.hpp"

#include <array>
#include <memory>
#include <string_view>
#include <vector>

namespace kiln::deflate {

// Literals, which the input has in place, and a match behind them. A length of 0 is no match: the
// segment ends after the literals.
struct Sequence {
  uint32_t literals = 0;
  uint16_t length = 0;
  uint16_t distance = 0;
};

// How often each symbol occurs.
struct Histogram {
  std::array<uint32_t, k_literal_symbols> literals{};
  std::array<uint32_t, k_distance_symbols> distances{};
};

// A run of sequences with its statistics: the unit that blocks are made of.
struct Segment {
  Histogram histogram;
  size_t sequences = 0;  // count
  size_t bytes = 0;      // of input
};

struct Parsed {
  std::vector<Sequence> sequences;
  std::vector<Segment> segments;
};

struct MatchTables;

class MatchFinder {
 public:
  static constexpr size_t k_max_input = size_t{1} << 20;
  static constexpr size_t k_segment = size_t{4} << 10;  // bytes of input, but for the last match

  MatchFinder();
  ~MatchFinder();

  // What `input`, at most k_max_input bytes, is made of. Nothing is remembered of earlier inputs.
  void parse(std::string_view input, Parsed& result);

 private:
  std::unique_ptr<MatchTables> tables_;
};

}  // namespace kiln::deflate
