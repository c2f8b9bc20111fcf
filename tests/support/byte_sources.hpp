// SPDX-License-Identifier: Apache-2.0
//
// Bytes for tests of what reads streams.
#pragma once
#include "base/bytes.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace kiln::testing {

// Bytes that nothing compresses.
inline std::string random_bytes(std::mt19937_64& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// Gives the bytes, which must outlive it, in pieces of 1 to `most` bytes, as networks do.
class PiecewiseSource final : public Source {
 public:
  PiecewiseSource(std::string_view bytes, uint64_t seed, size_t most)
      : inner_(bytes), random_(seed), most_(most) {}
  Result<size_t> read(char* buffer, size_t size) override {
    return inner_.read(buffer, std::min<size_t>(size, 1 + random_() % most_));
  }

 private:
  MemorySource inner_;
  std::mt19937_64 random_;
  size_t most_;
};

}  // namespace kiln::testing
