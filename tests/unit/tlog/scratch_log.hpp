// SPDX-License-Identifier: Apache-2.0
//
// A log in a temporary directory for the tests of this module; in memory where that can be had, for
// they sync often.
#pragma once
#include "evidence/tlog/log.hpp"
#include "support/result_matchers.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

namespace kiln::testing {

// Entries "entry 3", "entry 4", ... from number `first` on.
inline std::vector<std::string> numbered(uint64_t first, uint64_t count) {
  std::vector<std::string> entries;
  for (uint64_t i = first; i < first + count; ++i) entries.push_back(fmt::format("entry {}", i));
  return entries;
}

inline TemporaryDirectory quick_directory() {
  const Path memory = "/dev/shm";
  return value(TemporaryDirectory::create(::access(memory.c_str(), W_OK) == 0 ? memory : Path()));
}

struct ScratchLog {
  TemporaryDirectory directory = quick_directory();
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ed25519);
  tlog::LogPlace place{.directory = directory.path() / "log"};

  ScratchLog() {
    value(tlog::Log::create(place, value(tlog::LogSettings::tiles("log.example", key.public_key())),
                            key));
  }
  tlog::Log open() { return value(tlog::Log::open(place, key)); }
  std::unique_ptr<tlog::TileSource> tiles() const {
    return tlog::directory_tiles(tlog::tree_of(place.directory));
  }
};

// Every promise of an append: index, leaf, proof and a checkpoint of the log's key.
inline void expect_proven(const tlog::Appended& added, const std::string& entry,
                          const tlog::LogSettings& log) {
  tlog::SignedCheckpoint checkpoint =
      value(tlog::open_checkpoint(added.checkpoint, log.key, log.origin));
  EXPECT_EQ(added.leaf, tlog::leaf_hash(entry));
  EXPECT_EQ(checkpoint.checkpoint.size, added.tree_size);
  EXPECT_OK(tlog::verify_inclusion(added.leaf, added.index, added.tree_size, added.proof,
                                   checkpoint.checkpoint.root));
}

}  // namespace kiln::testing
