// SPDX-License-Identifier: Apache-2.0
//
// Every position is entered under a hash of its next three bytes and one of its next four. Of
// three bytes only the newest position is known; those with the same hash of four are a chain from
// the newest back, which is followed for k_depth candidates. A match is put off by a byte for as
// long as a better one begins there (lazy matching).
#include "codec/deflate_matches.hpp"

#include "base/result.hpp"

#include <algorithm>
#include <cstring>

namespace kiln::deflate {

namespace {

constexpr uint32_t k_depth = 20;            // candidates looked at for one position
constexpr uint32_t k_nice_length = 65;      // a match of this length is taken at once
constexpr uint32_t k_near = 4096;           // how far back a match of three bytes may pay
constexpr uint32_t k_read_ahead = 8;        // bytes that must follow a position that is searched
constexpr uint32_t k_nowhere = 0x80000000;  // farther from every position than the window

constexpr uint32_t k_hash3_bits = 15;
constexpr uint32_t k_hash4_bits = 16;

uint32_t load32(const uint8_t* at) {
  uint32_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
  return word;
}

uint64_t load64(const uint8_t* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

uint32_t hash3(uint32_t word) {
  return (word << 8) * 0x9e3779b1U >> (32 - k_hash3_bits);
}

uint32_t hash4(uint32_t word) {
  return word * 0x9e3779b1U >> (32 - k_hash4_bits);
}

// How many bytes, from `length` on and up to `limit`, are the same at both places.
[[gnu::always_inline]] inline uint32_t extend(const uint8_t* left, const uint8_t* right,
                                              uint32_t length, uint32_t limit) {
  while (length + 8 <= limit) {
    uint64_t difference = load64(left + length) ^ load64(right + length);
    if (difference != 0) return length + static_cast<uint32_t>(std::countr_zero(difference)) / 8;
    length += 8;
  }
  while (length < limit && left[length] == right[length]) ++length;
  return length;
}

struct Match {
  uint32_t length = 0;
  uint32_t distance = 0;
};

int32_t magnitude(uint32_t distance) {
  return static_cast<int32_t>(std::bit_width(distance));
}

// Whether a match that begins a byte later is worth the literal before it: a byte of length is put
// at four bits and set against the extra bits of the distance.
bool is_better(const Match& later, const Match& now) {
  constexpr int32_t least = 2;
  int32_t gain = 4 * (static_cast<int32_t>(later.length) - static_cast<int32_t>(now.length)) +
                 magnitude(now.distance) - magnitude(later.distance);
  return later.length >= now.length && gain > least;
}

}  // namespace

struct MatchTables {
  std::array<uint32_t, 1U << k_hash3_bits> last3;  // position of the newest with this hash3
  std::array<uint32_t, 1U << k_hash4_bits> last4;
  std::array<uint32_t, k_window> previous;  // position of the one before with the same hash4
};

namespace {

// The parsing of one input. It is a local value whose functions are inlined, so that its members
// stay in registers beside all that is written through pointers.
class Scan {
 public:
  Scan(std::string_view input, MatchTables& tables, Sequence* out)
      : input_(reinterpret_cast<const uint8_t*>(input.data())),
        size_(static_cast<uint32_t>(input.size())),
        search_end_(size_ < k_read_ahead ? 0 : size_ - k_read_ahead),
        last3_(tables.last3.data()),
        last4_(tables.last4.data()),
        previous_(tables.previous.data()),
        out_(out) {
    tables.last3.fill(k_nowhere);
    tables.last4.fill(k_nowhere);
  }

  uint32_t position() const { return position_; }
  bool done() const { return position_ == size_; }
  Sequence* out() const { return out_; }

  // Sequences until `end` is passed.
  void segment(uint32_t end, Histogram& histogram) {
    literals_ = 0;
    while (position_ < end) {
      Match now = find(position_, k_min_match - 1, k_depth);
      if (now.length == 0)
        literal(histogram);
      else
        match(put_off(now, histogram), histogram);
    }
    if (literals_ > 0) *out_++ = {literals_, 0, 0};
  }

 private:
  struct Taken {
    Match match;
    uint32_t entered = 0;
  };

  [[gnu::always_inline]] Taken put_off(Match now, Histogram& histogram) {
    while (now.length < k_nice_length) {
      Match later = find(position_ + 1, now.length - 1, k_depth / 2);
      if (!is_better(later, now)) return {now, 2};
      literal(histogram);
      now = later;
    }
    return {now, 1};
  }

  // Enters the position and looks for a match longer than `longer_than`; a length of 0 is none.
  [[gnu::always_inline]] Match find(uint32_t position, uint32_t longer_than, uint32_t depth) {
    if (position >= search_end_) return {};
    auto [newest3, candidate] = enter(position);
    prefetch(position + 1);
    const uint8_t* here = input_ + position;
    const uint32_t word = load32(here);
    const uint32_t limit = std::min(k_max_match, size_ - position);
    Match best;
    if (longer_than < k_min_match && position - newest3 <= k_near &&
        ((load32(input_ + newest3) ^ word) << 8) == 0)
      best = {k_min_match, position - newest3};
    uint32_t length = std::max(longer_than, k_min_match);
    if (length >= limit) return best;
    // Only a candidate whose four bytes up to the place after `length` are the same can be longer.
    uint32_t tail = load32(here + length - 3);
    for (; position - candidate < k_window && depth > 0; --depth) {
      const uint8_t* there = input_ + candidate;
      if (load32(there + length - 3) == tail && load32(there) == word) {
        uint32_t found = extend(here, there, 4, limit);
        if (found > length) {
          length = found;
          best = {length, position - candidate};
          if (length >= k_nice_length || length >= limit) break;
          tail = load32(here + length - 3);
        }
      }
      candidate = previous_[candidate % k_window];
    }
    return best;
  }

  void literal(Histogram& histogram) {
    ++histogram.literals[input_[position_++]];
    ++literals_;
  }

  void match(const Taken& taken, Histogram& histogram) {
    auto [length, distance] = taken.match;
    *out_++ = {literals_, static_cast<uint16_t>(length), static_cast<uint16_t>(distance)};
    literals_ = 0;
    ++histogram.literals[k_length_symbols[length - k_min_match].symbol];
    ++histogram.distances[distance_symbol(distance)];
    uint32_t end = std::min(position_ + length, search_end_);
    for (uint32_t inside = position_ + taken.entered; inside < end; ++inside) enter(inside);
    position_ += length;
  }

  struct Newest {
    uint32_t with3 = 0;
    uint32_t with4 = 0;
  };

  // Makes the position the newest with its hashes, and gives those that were.
  Newest enter(uint32_t position) {
    uint32_t word = load32(input_ + position);
    uint32_t& newest3 = last3_[hash3(word)];
    uint32_t& newest4 = last4_[hash4(word)];
    Newest before{newest3, newest4};
    newest3 = position;
    newest4 = position;
    previous_[position % k_window] = before.with4;
    return before;
  }

  // Asks for the memory that entering the position will touch.
  void prefetch(uint32_t position) {
    uint32_t word = load32(input_ + position);
    __builtin_prefetch(&last4_[hash4(word)], 1);
    __builtin_prefetch(&last3_[hash3(word)], 1);
  }

  const uint8_t* const input_;
  const uint32_t size_;
  const uint32_t search_end_;  // positions from here on are not searched
  uint32_t* const last3_;
  uint32_t* const last4_;
  uint32_t* const previous_;
  Sequence* out_;
  uint32_t position_ = 0;
  uint32_t literals_ = 0;
};

}  // namespace

MatchFinder::MatchFinder() : tables_(std::make_unique<MatchTables>()) {}
MatchFinder::~MatchFinder() = default;

void MatchFinder::parse(std::string_view input, Parsed& result) {
  ASSERT(input.size() <= k_max_input);
  const size_t most_segments = input.size() / k_segment + 1;
  const size_t most_sequences = input.size() / k_min_match + most_segments;
  if (result.sequences.size() < most_sequences) result.sequences.resize(most_sequences);
  result.segments.clear();
  Scan scan(input, *tables_, result.sequences.data());
  do {
    Segment& segment = result.segments.emplace_back();
    uint32_t begin = scan.position();
    Sequence* first = scan.out();
    auto end = static_cast<uint32_t>(std::min<size_t>(begin + k_segment, input.size()));
    scan.segment(end, segment.histogram);
    segment.sequences = static_cast<size_t>(scan.out() - first);
    segment.bytes = scan.position() - begin;
  } while (!scan.done());
}

}  // namespace kiln::deflate
