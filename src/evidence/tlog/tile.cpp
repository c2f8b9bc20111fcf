// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/tile.hpp"

#include "base/strings.hpp"
#include "evidence/tlog/merkle.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

constexpr std::string_view k_partial = ".p/";
constexpr std::string_view k_prefix = "tile/";
constexpr std::string_view k_entries = "entries";

std::string index_path(uint64_t index) {
  std::string path = fmt::format("{:03}", index % 1000);
  for (index /= 1000; index > 0; index /= 1000) path = fmt::format("x{:03}/{}", index % 1000, path);
  return path;
}

std::unexpected<Error> no_tile(std::string_view path) {
  return fail(ErrorCode::corrupt, fmt::format("'{}' is not the path of a tile", printable(path)));
}

// The decimal number that a text is without leading zeroes.
std::optional<uint64_t> parse_number(std::string_view text) {
  if (text.size() > 1 && text.front() == '0') return {};
  return parse_decimal(text);
}

std::optional<uint64_t> parse_index(std::string_view path) {
  uint64_t index = 0;
  while (true) {
    bool last = path.find('/') == std::string_view::npos;
    std::string_view group = take_until(path, '/');
    if (!last) {
      if (!group.starts_with('x')) return {};
      group.remove_prefix(1);
    }
    std::optional<uint64_t> number = parse_decimal(group);
    if (group.size() != 3 || !number || index > k_largest_tree / 1000) return {};
    index = index * 1000 + *number;
    if (last) return index;
  }
}

}  // namespace

std::string TileId::path() const {
  std::string path(k_prefix);
  path += level ? std::to_string(*level) : std::string(k_entries);
  path += '/';
  path += index_path(index);
  if (!full()) path += fmt::format("{}{}", k_partial, width);
  return path;
}

Result<TileId> TileId::parse(std::string_view path) {
  TileId tile;
  std::string_view rest = path;
  if (!rest.starts_with(k_prefix)) return no_tile(path);
  rest.remove_prefix(k_prefix.size());
  if (std::string_view word = take_until(rest, '/'); word != k_entries) {
    std::optional<uint64_t> level = parse_number(word);
    if (!level || *level > 63) return no_tile(path);
    tile.level = static_cast<unsigned>(*level);
  }
  if (size_t partial = rest.find(k_partial); partial != std::string_view::npos) {
    std::optional<uint64_t> width = parse_number(rest.substr(partial + k_partial.size()));
    if (!width || *width == 0 || *width >= k_tile_width) return no_tile(path);
    tile.width = static_cast<unsigned>(*width);
    rest = rest.substr(0, partial);
  }
  std::optional<uint64_t> index = parse_index(rest);
  if (!index) return no_tile(path);
  tile.index = *index;
  // Only one spelling a tile: no needless x000.
  if (tile.path() != path) return no_tile(path);
  return tile;
}

std::optional<TileId> tile_in_tree(std::optional<unsigned> level, uint64_t index, uint64_t size) {
  uint64_t hashes = hashes_in_level(size, level.value_or(0));
  if (index > hashes / k_tile_width) return {};
  uint64_t width = std::min(k_tile_width, hashes - index * k_tile_width);
  if (width == 0) return {};
  return TileId{level, index, static_cast<unsigned>(width)};
}

std::vector<TileId> new_tiles(uint64_t old_size, uint64_t new_size) {
  std::vector<TileId> tiles;
  auto add_level = [&](std::optional<unsigned> level) {
    uint64_t before = hashes_in_level(old_size, level.value_or(0));
    uint64_t after = hashes_in_level(new_size, level.value_or(0));
    if (after == before) return;
    for (uint64_t index = before / k_tile_width; index * k_tile_width < after; ++index)
      tiles.push_back(*tile_in_tree(level, index, new_size));
  };
  add_level({});
  for (unsigned level = 0; hashes_in_level(new_size, level) > 0; ++level) add_level(level);
  return tiles;
}

std::string encode_tile(std::span<const Digest> hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * Digest::k_size);
  for (const Digest& hash : hashes) bytes += hash.bytes();
  return bytes;
}

Result<std::vector<Digest>> decode_tile(std::string_view bytes, unsigned width) {
  if (bytes.size() != width * Digest::k_size)
    return fail(ErrorCode::corrupt, fmt::format("a tile of {} hashes has {} bytes instead of {}",
                                                width, bytes.size(), width * Digest::k_size));
  std::vector<Digest> hashes;
  hashes.reserve(width);
  for (; !bytes.empty(); bytes.remove_prefix(Digest::k_size))
    hashes.push_back(TRY(Digest::from_bytes(bytes.substr(0, Digest::k_size))));
  return hashes;
}

void append_to_bundle(std::string& bundle, std::string_view entry) {
  ASSERT(entry.size() <= k_longest_entry);
  bundle += static_cast<char>(entry.size() >> 8);
  bundle += static_cast<char>(entry.size() & 0xff);
  bundle += entry;
}

Result<std::vector<std::string>> decode_bundle(std::string_view bytes, unsigned width) {
  std::vector<std::string> entries;
  while (!bytes.empty() && entries.size() < width) {
    if (bytes.size() < 2) break;
    size_t length = static_cast<size_t>(static_cast<unsigned char>(bytes[0])) << 8 |
                    static_cast<unsigned char>(bytes[1]);
    bytes.remove_prefix(2);
    if (bytes.size() < length) break;
    entries.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  if (entries.size() != width || !bytes.empty())
    return fail(ErrorCode::corrupt,
                fmt::format("a bundle does not hold exactly {} entries", width));
  return entries;
}

}  // namespace kiln::tlog
