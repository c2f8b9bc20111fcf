// SPDX-License-Identifier: Apache-2.0
//
// The files of a log as C2SP tlog-tiles cuts it: tiles of 256 hashes and bundles of 256 entries,
// their names, and their bytes.
//
//   path     = "tile/" ( level / "entries" ) "/" index [ ".p/" width ]
//   level    = 0..63
//   index    = groups of three digits, all but the last with "x" before them: x001/x234/067
//   width    = 1..255, of a tile or bundle that is not full
//   tile     = 1*256( SHA-256 value )
//   bundle   = 1*256( length of 2 bytes, big endian; entry )
#pragma once
#include "base/result.hpp"
#include "crypto/digest.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::tlog {

inline constexpr uint64_t k_tile_width = 256;
inline constexpr unsigned k_tile_height = 8;
inline constexpr size_t k_longest_entry = 65535;
inline constexpr size_t k_largest_bundle = k_tile_width * (2 + k_longest_entry);

// One tile of hashes, or one bundle of entries.
struct TileId {
  std::optional<unsigned> level;  // none: entries
  uint64_t index = 0;
  unsigned width = k_tile_width;

  bool full() const { return width == k_tile_width; }
  bool is_entries() const { return !level; }
  TileId as_full() const { return {level, index, static_cast<unsigned>(k_tile_width)}; }
  // "tile/0/x001/067.p/12"; the inverse of parse.
  std::string path() const;
  // Fails (corrupt) for anything that path() would not write.
  static Result<TileId> parse(std::string_view path);

  auto operator<=>(const TileId&) const = default;
};

// How many tiles of a level, or hashes in it, a tree of `size` entries has.
inline uint64_t hashes_in_level(uint64_t size, unsigned level) {
  return level >= 8 ? 0 : size >> (level * k_tile_height);
}

// The tile of a level (none: entries) at an index as a tree of `size` entries has it; none when it
// would be empty.
std::optional<TileId> tile_in_tree(std::optional<unsigned> level, uint64_t index, uint64_t size);

// The tiles and bundles that differ between a tree of `old_size` and one of `new_size` entries, at
// their new widths: everything to write when a log grows. Entries first, then levels upwards.
std::vector<TileId> new_tiles(uint64_t old_size, uint64_t new_size);

std::string encode_tile(std::span<const Digest> hashes);
// Fails (corrupt) unless the bytes are exactly `width` hashes.
Result<std::vector<Digest>> decode_tile(std::string_view bytes, unsigned width);

// Appends an entry's length and bytes to a bundle; the entry has at most k_longest_entry bytes.
void append_to_bundle(std::string& bundle, std::string_view entry);
// Fails (corrupt) unless the bytes are exactly `width` entries.
Result<std::vector<std::string>> decode_bundle(std::string_view bytes, unsigned width);

}  // namespace kiln::tlog
