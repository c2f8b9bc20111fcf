// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace kiln::packages::apk {

// An array that grows at its end and never moves what is in it: references stay good. For large
// items a std::deque makes a block for every other one; here each block holds many.
template <typename T>
class GrowingArray {
 public:
  size_t size() const { return size_; }
  T& operator[](size_t i) { return (*blocks_[i / k_block])[i % k_block]; }
  const T& operator[](size_t i) const { return (*blocks_[i / k_block])[i % k_block]; }

  T& emplace_back() {
    grow_to(size_ + 1);
    return (*this)[size_ - 1];
  }
  void grow_to(size_t size) {
    while (blocks_.size() * k_block < size) blocks_.push_back(std::make_unique<Block>());
    size_ = size;
  }

 private:
  static constexpr size_t k_block = 128;
  using Block = std::array<T, k_block>;

  std::vector<std::unique_ptr<Block>> blocks_;
  size_t size_ = 0;
};

}  // namespace kiln::packages::apk
