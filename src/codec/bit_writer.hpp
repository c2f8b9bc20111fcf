// SPDX-License-Identifier: Apache-2.0
//
// Bits into bytes, least significant bit first (RFC 1951, 3.1.1).
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace kiln {

// Writes to memory that must have room for all that is added and for k_slack bytes more.
class BitWriter {
 public:
  static constexpr size_t k_slack = 8;
  static constexpr uint32_t k_room = 56;  // bits that may be added between two flushes

  explicit BitWriter(char* start) : start_(start), next_(start) {}

  // Adds the low `count` bits of `bits`, whose other bits must be zero.
  void add(uint64_t bits, uint32_t count) {
    held_ |= bits << held_count_;
    held_count_ += count;
  }

  // Hands the whole bytes on to memory; at most 7 bits stay behind.
  void flush() {
    uint64_t bytes = held_;
    if constexpr (std::endian::native == std::endian::big) bytes = __builtin_bswap64(bytes);
    std::memcpy(next_, &bytes, sizeof bytes);
    uint32_t whole = held_count_ >> 3;
    next_ += whole;
    held_ >>= whole * 8;
    held_count_ &= 7;
  }

  // Fills the last byte with zeros.
  void align() {
    held_count_ = (held_count_ + 7) & ~7U;
    flush();
  }

  // Copies bytes as they are; only after align().
  void append(const char* bytes, size_t size) {
    std::memcpy(next_, bytes, size);
    next_ += size;
  }

  uint64_t bits() const { return static_cast<uint64_t>(next_ - start_) * 8 + held_count_; }

 private:
  char* start_;
  char* next_;
  uint64_t held_ = 0;
  uint32_t held_count_ = 0;
};

}  // namespace kiln
