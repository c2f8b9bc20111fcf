// SPDX-License-Identifier: Apache-2.0
#include "codec/deflate_split.hpp"

#include <algorithm>
#include <bit>

namespace kiln::deflate {

namespace {

constexpr uint32_t k_fraction = 8;  // costs are counted in 2^-8 bits

// The cost of a block's header: what is always there, and a code length for each symbol.
constexpr uint64_t k_header_cost = uint64_t{100} << k_fraction;
constexpr uint64_t k_symbol_cost = uint64_t{4} << k_fraction;

// log2 of a number above 0 in units of 2^-k_fraction, a bit at a time: the square of a number from
// 1 to 2 is above 2 where the next bit of its logarithm is set.
[[gnu::noinline]] constexpr uint32_t log2_of(uint32_t value) {
  auto log = static_cast<uint32_t>(std::bit_width(value)) - 1;
  uint64_t mantissa = uint64_t{value} << (31 - log);  // 1 is 2^31
  for (uint32_t bit = 0; bit < k_fraction; ++bit) {
    mantissa = mantissa * mantissa >> 31;
    log <<= 1;
    if (mantissa >> 32 != 0) {
      log |= 1;
      mantissa >>= 1;
    }
  }
  return log;
}

// n * log2(n): what a symbol that occurs n times takes off the cost of all symbols. Small numbers,
// by far the most, are looked up.
constexpr auto k_shares = [] {
  std::array<uint32_t, 512> shares{};
  for (uint32_t n = 1; n < shares.size(); ++n) shares[n] = n * log2_of(n);
  return shares;
}();

inline uint64_t share_of(uint32_t n) {
  if (n < k_shares.size()) [[likely]]
    return k_shares[n];
  return uint64_t{n} * log2_of(n);
}

// What the symbols of two segments cost in one ideal code, with its description.
template <size_t n>
uint64_t cost_of(const std::array<uint32_t, n>& left, const std::array<uint32_t, n>& right) {
  uint64_t shares = 0;
  uint32_t total = 0;
  uint32_t symbols = 0;
  for (size_t i = 0; i < n; ++i) {
    uint32_t frequency = left[i] + right[i];
    symbols += frequency != 0 ? 1 : 0;
    total += frequency;
    shares += share_of(frequency);
  }
  return share_of(total) - shares + symbols * k_symbol_cost;
}

uint64_t cost_of(const Histogram& left, const Histogram& right) {
  return k_header_cost + cost_of(left.literals, right.literals) +
         cost_of(left.distances, right.distances);
}

void add_to(Histogram& sum, const Histogram& part) {
  for (size_t i = 0; i < sum.literals.size(); ++i) sum.literals[i] += part.literals[i];
  for (size_t i = 0; i < sum.distances.size(); ++i) sum.distances[i] += part.distances[i];
}

constexpr int64_t k_no_neighbour = INT64_MIN;

// Segments in a row, each of which may take in the one behind it.
class Row {
 public:
  explicit Row(std::vector<Segment>& segments) : segments_(segments) {
    const size_t n = segments.size();
    for (const Segment& segment : segments)
      costs_.push_back(cost_of(segment.histogram, Histogram{}));
    for (size_t i = 0; i < n; ++i) {
      next_.push_back(i + 1);
      previous_.push_back(i == 0 ? n : i - 1);
    }
    for (size_t i = 0; i < n; ++i) savings_.push_back(saving(i));
  }

  // Merges the two neighbours whose merging saves most; false when none saves anything.
  bool merge_best() {
    auto best = std::max_element(savings_.begin(), savings_.end());
    if (best == savings_.end() || *best < 0) return false;
    auto at = static_cast<size_t>(best - savings_.begin());
    take_in(at, next_[at]);
    savings_[at] = saving(at);
    if (previous_[at] < segments_.size()) savings_[previous_[at]] = saving(previous_[at]);
    return true;
  }

  // Leaves only the segments that were not taken in.
  void close_gaps() {
    size_t count = 0;
    for (size_t i = 0; i < segments_.size(); i = next_[i]) {
      if (count != i) segments_[count] = segments_[i];
      ++count;
    }
    segments_.resize(count);
  }

 private:
  int64_t saving(size_t at) const {
    size_t next = next_[at];
    if (next == segments_.size()) return k_no_neighbour;
    uint64_t both = cost_of(segments_[at].histogram, segments_[next].histogram);
    return static_cast<int64_t>(costs_[at] + costs_[next] - both);
  }

  void take_in(size_t at, size_t taken) {
    Segment& segment = segments_[at];
    add_to(segment.histogram, segments_[taken].histogram);
    segment.sequences += segments_[taken].sequences;
    segment.bytes += segments_[taken].bytes;
    costs_[at] += costs_[taken] - static_cast<uint64_t>(savings_[at]);
    savings_[taken] = k_no_neighbour;
    next_[at] = next_[taken];
    if (next_[at] < segments_.size()) previous_[next_[at]] = at;
  }

  std::vector<Segment>& segments_;
  std::vector<uint64_t> costs_;
  std::vector<int64_t> savings_;  // by merging with the next
  std::vector<size_t> next_;      // the number of segments for none
  std::vector<size_t> previous_;
};

}  // namespace

void merge_into_blocks(std::vector<Segment>& segments) {
  Row row(segments);
  while (row.merge_best()) {
  }
  row.close_gaps();
}

}  // namespace kiln::deflate
