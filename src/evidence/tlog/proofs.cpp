// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/proofs.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

// Entries begin .. end of a tree; begin is a multiple of the least power of two not below the
// length, as it is for every subtree that RFC 6962 names.
struct Range {
  uint64_t begin;
  uint64_t end;
  uint64_t size() const { return end - begin; }
};

Result<std::vector<Digest>> range_peaks(NodeReader& nodes, Range range) {
  std::vector<Digest> found;
  for (uint64_t begin = range.begin; begin < range.end;) {
    uint64_t step = std::bit_floor(range.end - begin);
    found.push_back(TRY(nodes.node(static_cast<unsigned>(std::countr_zero(step)), begin / step)));
    begin += step;
  }
  return found;
}

Result<Digest> range_hash(NodeReader& nodes, Range range) {
  std::vector<Digest> found = TRY(range_peaks(nodes, range));
  return fold_peaks(found);
}

}  // namespace

Result<std::vector<Digest>> peaks(NodeReader& nodes, uint64_t size) {
  return range_peaks(nodes, {0, size});
}

Result<Digest> root(NodeReader& nodes, uint64_t size) {
  return range_hash(nodes, {0, size});
}

Result<std::vector<Digest>> prove_inclusion(NodeReader& nodes, uint64_t index, uint64_t size) {
  if (index >= size)
    return fail(ErrorCode::bad_input,
                fmt::format("the log of {} entries has no entry {}", size, index));
  std::vector<Digest> proof;
  Range range{0, size};
  while (range.size() > 1) {
    uint64_t middle = range.begin + split_point(range.size());
    bool left = index < middle;
    Range sibling = left ? Range{middle, range.end} : Range{range.begin, middle};
    range = left ? Range{range.begin, middle} : Range{middle, range.end};
    proof.push_back(TRY(range_hash(nodes, sibling)));
  }
  std::ranges::reverse(proof);
  return proof;
}

Result<std::vector<Digest>> prove_consistency(NodeReader& nodes, uint64_t old_size,
                                              uint64_t new_size) {
  if (old_size > new_size)
    return fail(
        ErrorCode::bad_input,
        fmt::format("a log of {} entries does not come before one of {}", old_size, new_size));
  std::vector<Digest> proof;
  if (old_size == 0 || old_size == new_size) return proof;
  Range range{0, new_size};
  bool whole = true;  // the range so far begins with the whole old tree
  while (range.end != old_size) {
    uint64_t middle = range.begin + split_point(range.size());
    if (old_size <= middle) {
      proof.push_back(TRY(range_hash(nodes, {middle, range.end})));
      range.end = middle;
    } else {
      proof.push_back(TRY(range_hash(nodes, {range.begin, middle})));
      range.begin = middle;
      whole = false;
    }
  }
  if (!whole) proof.push_back(TRY(range_hash(nodes, range)));
  std::ranges::reverse(proof);
  return proof;
}

}  // namespace kiln::tlog
