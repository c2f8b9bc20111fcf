// SPDX-License-Identifier: Apache-2.0
//
// The Merkle tree of a log (RFC 6962 section 2.1): hashing leaves and nodes, checking proofs, and
// a tree of which only the right edge is kept.
#pragma once
#include "base/result.hpp"
#include "crypto/digest.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace kiln::tlog {

// A tree of more entries than this does not exist; sizes and indexes from outside are checked
// against it before anything is counted up to them.
inline constexpr uint64_t k_largest_tree = uint64_t{1} << 60;

Digest leaf_hash(std::string_view entry);
Digest node_hash(const Digest& left, const Digest& right);
// The root of the tree without entries.
Digest empty_root();

// The root over two or more neighbouring subtrees of falling sizes, as `peaks` lists them.
Digest fold_peaks(std::span<const Digest> peaks);

// The largest power of two below `size`, which is at least 2: where RFC 6962 splits a tree.
uint64_t split_point(uint64_t size);

// Whether `proof`, from the leaf's sibling upwards, leads from the leaf at `index` to the root of
// the tree of `size` entries (RFC 9162 section 2.1.3.2). Fails with unverified.
Result<> verify_inclusion(const Digest& leaf, uint64_t index, uint64_t size,
                          std::span<const Digest> proof, const Digest& root);

// Whether the tree of `old_size` entries is the beginning of that of `new_size` entries
// (RFC 9162 section 2.1.4.2). Fails with unverified.
Result<> verify_consistency(uint64_t old_size, const Digest& old_root, uint64_t new_size,
                            const Digest& new_root, std::span<const Digest> proof);

// A tree that grows to the right. It keeps the roots of its complete subtrees, at most 64 of them,
// which is all that new leaves and the root need.
class Frontier {
 public:
  Frontier() = default;
  // Continues a tree from the roots of its complete subtrees, the largest first. Fails (corrupt)
  // when their number does not fit the size.
  static Result<Frontier> resume(uint64_t size, std::vector<Digest> peaks);

  void append(const Digest& leaf);
  uint64_t size() const { return size_; }
  const std::vector<Digest>& peaks() const { return peaks_; }
  Digest root() const { return fold_peaks(peaks_); }

 private:
  uint64_t size_ = 0;
  std::vector<Digest> peaks_;
};

}  // namespace kiln::tlog
