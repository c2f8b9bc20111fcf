// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/proofs.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::tlog {
namespace {

using testing::value;

// The hash of RFC 6962 2.1 as it is defined there.
Digest tree_hash(std::span<const std::string> entries) {
  if (entries.empty()) return sha256("");
  if (entries.size() == 1) return leaf_hash(entries[0]);
  size_t k = 1;
  while (k * 2 < entries.size()) k *= 2;
  return node_hash(tree_hash(entries.first(k)), tree_hash(entries.subspan(k)));
}

class NaiveTree final : public NodeReader {
 public:
  explicit NaiveTree(size_t size) {
    for (size_t i = 0; i < size; ++i) entries_.push_back(fmt::format("entry {}", i));
  }
  Result<Digest> node(unsigned height, uint64_t index) override {
    return tree_hash(std::span(entries_).subspan(index << height, size_t{1} << height));
  }
  Digest root(size_t size) const { return tree_hash(std::span(entries_).first(size)); }
  Digest leaf(size_t index) const { return leaf_hash(entries_[index]); }

 private:
  std::vector<std::string> entries_;
};

// The trees that the test programs of Certificate Transparency use.
TEST(Merkle, HashesTheTreesThatOthersPublished) {
  std::vector<std::string> entries;
  for (const char* hex : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                          "606162636465666768696a6b6c6d6e6f"})
    entries.push_back(value(from_hex(hex)));
  const char* roots[] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                         "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  Frontier tree;
  for (size_t size = 0; size <= entries.size(); ++size) {
    EXPECT_EQ(tree.root().hex(), roots[size]) << size;
    if (size < entries.size()) tree.append(leaf_hash(entries[size]));
  }
}

TEST(Merkle, ProvesEveryEntryOfEverySmallTree) {
  NaiveTree tree(40);
  for (uint64_t size = 1; size <= 40; ++size)
    for (uint64_t index = 0; index < size; ++index) {
      std::vector<Digest> proof = value(prove_inclusion(tree, index, size));
      Digest root = tree.root(size);
      EXPECT_OK(verify_inclusion(tree.leaf(index), index, size, proof, root));
      EXPECT_FALSE(verify_inclusion(tree.leaf(index), index + 1, size, proof, root));
      EXPECT_FALSE(verify_inclusion(tree.leaf((index + 1) % 40), index, size, proof, root));
      proof.push_back(root);
      EXPECT_FALSE(verify_inclusion(tree.leaf(index), index, size, proof, root));
      proof.resize(proof.size() - 1);
      if (proof.empty()) continue;
      proof.back() = root;
      EXPECT_FALSE(verify_inclusion(tree.leaf(index), index, size, proof, root));
      proof.pop_back();
      EXPECT_FALSE(verify_inclusion(tree.leaf(index), index, size, proof, root));
    }
}

TEST(Merkle, ProvesThatEverySmallTreeContinuesEverySmallerOne) {
  NaiveTree tree(40);
  for (uint64_t size = 0; size <= 40; ++size)
    for (uint64_t old = 0; old <= size; ++old) {
      std::vector<Digest> proof = value(prove_consistency(tree, old, size));
      EXPECT_OK(verify_consistency(old, tree.root(old), size, tree.root(size), proof));
      if (old == 0) continue;
      Digest other = sha256("another log");
      EXPECT_FALSE(verify_consistency(old, other, size, tree.root(size), proof));
      EXPECT_FALSE(verify_consistency(old, tree.root(old), size, other, proof));
      EXPECT_FALSE(verify_consistency(size + 1, tree.root(old), size, tree.root(size), proof));
      for (size_t i = 0; i < proof.size(); ++i) {
        std::vector<Digest> bad = proof;
        bad[i] = other;
        EXPECT_FALSE(verify_consistency(old, tree.root(old), size, tree.root(size), bad));
      }
      proof.push_back(other);
      EXPECT_FALSE(verify_consistency(old, tree.root(old), size, tree.root(size), proof));
    }
}

TEST(Merkle, AFrontierResumesOnlyWithAsManySubtreesAsItsSizeHas) {
  Frontier tree;
  for (int i = 0; i < 11; ++i) tree.append(leaf_hash(fmt::format("{}", i)));
  Frontier resumed = value(Frontier::resume(tree.size(), tree.peaks()));
  resumed.append(leaf_hash("x"));
  tree.append(leaf_hash("x"));
  EXPECT_EQ(resumed.root(), tree.root());
  EXPECT_FALSE(Frontier::resume(11, {}));
  EXPECT_FALSE(Frontier::resume(UINT64_MAX, std::vector<Digest>(64)));
}

}  // namespace
}  // namespace kiln::tlog
