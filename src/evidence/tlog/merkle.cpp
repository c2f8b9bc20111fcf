// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/merkle.hpp"

#include <bit>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr std::string_view k_leaf_prefix{"\0", 1};
constexpr std::string_view k_node_prefix{"\1", 1};

// Making a hash context costs more than hashing 64 bytes.
Sha256& hasher() {
  thread_local Sha256 shared;
  return shared;
}

std::unexpected<Error> wrong_length(std::string_view what) {
  return fail(ErrorCode::unverified,
              fmt::format("the {} proof has a wrong number of hashes", what));
}

}  // namespace

Digest leaf_hash(std::string_view entry) {
  Sha256& hash = hasher();
  hash.update(k_leaf_prefix);
  hash.update(entry);
  return hash.finish();
}

Digest node_hash(const Digest& left, const Digest& right) {
  Sha256& hash = hasher();
  hash.update(k_node_prefix);
  hash.update(left.bytes());
  hash.update(right.bytes());
  return hash.finish();
}

Digest empty_root() {
  return sha256({});
}

Digest fold_peaks(std::span<const Digest> peaks) {
  if (peaks.empty()) return empty_root();
  Digest root = peaks.back();
  for (size_t i = peaks.size() - 1; i > 0; --i) root = node_hash(peaks[i - 1], root);
  return root;
}

uint64_t split_point(uint64_t size) {
  ASSERT(size >= 2);
  return std::bit_floor(size - 1);
}

Result<> verify_inclusion(const Digest& leaf, uint64_t index, uint64_t size,
                          std::span<const Digest> proof, const Digest& root) {
  if (index >= size || size > k_largest_tree)
    return fail(ErrorCode::unverified,
                fmt::format("entry {} is not in a log of {} entries", index, size));
  uint64_t node = index;
  uint64_t last = size - 1;
  Digest hash = leaf;
  for (const Digest& sibling : proof) {
    if (last == 0) return wrong_length("inclusion");
    if ((node & 1) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return wrong_length("inclusion");
  if (hash != root)
    return fail(
        ErrorCode::unverified,
        fmt::format("the inclusion proof of entry {} does not lead to the log's root", index));
  return {};
}

Result<> verify_consistency(uint64_t old_size, const Digest& old_root, uint64_t new_size,
                            const Digest& new_root, std::span<const Digest> proof) {
  if (old_size > new_size || new_size > k_largest_tree)
    return fail(ErrorCode::unverified,
                fmt::format("the log shrank from {} to {} entries", old_size, new_size));
  if (old_size == new_size || old_size == 0) {
    if (!proof.empty()) return wrong_length("consistency");
    if (old_size == new_size && old_root != new_root)
      return fail(ErrorCode::unverified,
                  fmt::format("two different logs of {} entries claim to be the same", old_size));
    return {};
  }
  uint64_t node = old_size - 1;
  uint64_t last = new_size - 1;
  int skipped = std::countr_one(node);
  node >>= skipped;
  last >>= skipped;
  // A complete old tree is itself the first node of the path.
  if (!std::has_single_bit(old_size)) {
    if (proof.empty()) return wrong_length("consistency");
  }
  Digest old_hash = std::has_single_bit(old_size) ? old_root : proof.front();
  Digest new_hash = old_hash;
  for (const Digest& sibling : proof.subspan(std::has_single_bit(old_size) ? 0 : 1)) {
    if (last == 0) return wrong_length("consistency");
    if ((node & 1) != 0 || node == last) {
      old_hash = node_hash(sibling, old_hash);
      new_hash = node_hash(sibling, new_hash);
      while ((node & 1) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  if (last != 0) return wrong_length("consistency");
  if (old_hash != old_root || new_hash != new_root)
    return fail(ErrorCode::unverified,
                fmt::format("the log of {} entries does not continue that of {} entries", new_size,
                            old_size));
  return {};
}

Result<Frontier> Frontier::resume(uint64_t size, std::vector<Digest> peaks) {
  if (size > k_largest_tree || peaks.size() != static_cast<size_t>(std::popcount(size)))
    return fail(ErrorCode::corrupt,
                fmt::format("{} subtrees do not make a tree of {} entries", peaks.size(), size));
  Frontier frontier;
  frontier.size_ = size;
  frontier.peaks_ = std::move(peaks);
  return frontier;
}

void Frontier::append(const Digest& leaf) {
  Digest hash = leaf;
  for (uint64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
    hash = node_hash(peaks_.back(), hash);
    peaks_.pop_back();
  }
  peaks_.push_back(hash);
  ++size_;
}

}  // namespace kiln::tlog
