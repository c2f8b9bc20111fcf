// SPDX-License-Identifier: Apache-2.0
//
// The right edge of a log's tree: the tiles and the bundle that are not full yet. It is all that is
// needed to add entries, and to know the root.
#pragma once
#include "evidence/tlog/tile_source.hpp"

namespace kiln::tlog {

struct TileFile {
  TileId id;
  std::string bytes;
};

class RightEdge {
 public:
  // An empty log's.
  RightEdge() = default;
  // Reads the edge of a tree of `size` entries; fails (corrupt) when its entries and hashes do not
  // belong together.
  static Result<RightEdge> load(TileSource& source, uint64_t size);

  // Adds entries of at most k_longest_entry bytes each and returns what has changed: tiles and
  // bundles that became full, and the new partial ones.
  std::vector<TileFile> append(std::span<const std::string> entries);

  uint64_t size() const { return size_; }
  Digest root() const;

 private:
  void add_hash(unsigned level, const Digest& hash, std::vector<TileFile>& files);

  uint64_t size_ = 0;
  std::string bundle_;                      // the entries that the last bundle has
  std::vector<std::vector<Digest>> tiles_;  // [level]: the hashes that its last tile has
};

}  // namespace kiln::tlog
