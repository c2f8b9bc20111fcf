// SPDX-License-Identifier: Apache-2.0
//
// Making proofs (RFC 6962 sections 2.1.1 and 2.1.2) from whatever can tell the hashes of complete
// subtrees.
#pragma once
#include "evidence/tlog/merkle.hpp"

namespace kiln::tlog {

// Gives MTH(D[index * 2^height : (index + 1) * 2^height]): the root of a complete subtree.
class NodeReader {
 public:
  virtual ~NodeReader() = default;
  virtual Result<Digest> node(unsigned height, uint64_t index) = 0;
};

// The roots of the complete subtrees that a tree of `size` entries consists of, largest first.
Result<std::vector<Digest>> peaks(NodeReader& nodes, uint64_t size);

// The root of the tree of the first `size` entries.
Result<Digest> root(NodeReader& nodes, uint64_t size);

// The hashes from the leaf's sibling up to the root's child. Fails (bad_input) when the tree of
// `size` entries has no entry `index`.
Result<std::vector<Digest>> prove_inclusion(NodeReader& nodes, uint64_t index, uint64_t size);

// What verify_consistency needs for these two sizes. Fails (bad_input) unless old <= new.
Result<std::vector<Digest>> prove_consistency(NodeReader& nodes, uint64_t old_size,
                                              uint64_t new_size);

}  // namespace kiln::tlog
