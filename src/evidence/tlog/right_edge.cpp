// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/right_edge.hpp"

#include <bit>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

// Roots of the complete subtrees over the first hashes of a tile, the largest first.
std::vector<Digest> tile_peaks(std::span<const Digest> hashes) {
  Frontier tree;
  for (const Digest& hash : hashes) tree.append(hash);
  return tree.peaks();
}

}  // namespace

Result<RightEdge> RightEdge::load(TileSource& source, uint64_t size) {
  RightEdge edge;
  edge.size_ = size;
  for (unsigned level = 0; hashes_in_level(size, level) > 0; ++level) {
    std::vector<Digest>& hashes = edge.tiles_.emplace_back();
    uint64_t last = hashes_in_level(size, level) / k_tile_width;
    if (std::optional<TileId> id = tile_in_tree(level, last, size)) hashes = TRY(source.tile(*id));
  }
  std::optional<TileId> bundle = tile_in_tree({}, size / k_tile_width, size);
  if (!bundle) return edge;
  std::vector<std::string> entries = TRY(source.bundle(*bundle));
  for (size_t i = 0; i < entries.size(); ++i) {
    if (leaf_hash(entries[i]) != edge.tiles_[0][i])
      return fail(
          ErrorCode::corrupt,
          fmt::format("{} and the tile of its hashes differ at entry {}", bundle->path(), i));
    append_to_bundle(edge.bundle_, entries[i]);
  }
  return edge;
}

void RightEdge::add_hash(unsigned level, const Digest& hash, std::vector<TileFile>& files) {
  if (tiles_.size() == level) tiles_.emplace_back();
  tiles_[level].push_back(hash);
  if (tiles_[level].size() < k_tile_width) return;
  uint64_t index = hashes_in_level(size_, level) / k_tile_width - 1;
  files.push_back({{level, index, k_tile_width}, encode_tile(tiles_[level])});
  Digest above = fold_peaks(tile_peaks(tiles_[level]));
  tiles_[level].clear();
  add_hash(level + 1, above, files);
}

std::vector<TileFile> RightEdge::append(std::span<const std::string> entries) {
  std::vector<TileFile> files;
  uint64_t old_size = size_;
  for (const std::string& entry : entries) {
    append_to_bundle(bundle_, entry);
    ++size_;
    if (size_ % k_tile_width == 0) {
      files.push_back({{{}, size_ / k_tile_width - 1, k_tile_width}, std::move(bundle_)});
      bundle_.clear();
    }
    add_hash(0, leaf_hash(entry), files);
  }
  for (const TileId& id : new_tiles(old_size, size_)) {
    if (id.full()) continue;
    files.push_back({id, id.is_entries() ? bundle_ : encode_tile(tiles_[*id.level])});
  }
  return files;
}

Digest RightEdge::root() const {
  std::vector<Digest> peaks;
  for (size_t level = tiles_.size(); level > 0; --level) {
    std::vector<Digest> found = tile_peaks(tiles_[level - 1]);
    peaks.insert(peaks.end(), found.begin(), found.end());
  }
  return fold_peaks(peaks);
}

}  // namespace kiln::tlog
