// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/tile_source.hpp"

#include "evidence/tlog/note.hpp"
#include "net/url.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

class DirectoryTiles final : public TileSource {
 public:
  explicit DirectoryTiles(Path directory) : directory_(std::move(directory)) {}
  Result<std::string> read(const std::string& path, uint64_t limit) override {
    return read_file(directory_ / path, limit);
  }

 private:
  Path directory_;
};

class HttpTiles final : public TileSource {
 public:
  HttpTiles(HttpClient& client, std::string url) : client_(client), url_(std::move(url)) {}
  Result<std::string> read(const std::string& path, uint64_t limit) override {
    auto [response, body] =
        TRY(get_bytes(client_, {.url = join_url(url_, path), .headers = {}, .max_size = limit}));
    return std::move(body);
  }

 private:
  HttpClient& client_;
  std::string url_;
};

// Reads a tile or bundle with `decode`; from the full one when a partial one is not there.
template <typename Item, typename Decode>
Result<std::vector<Item>> read_items(TileSource& source, const TileId& id, uint64_t limit,
                                     Decode decode) {
  Result<std::string> bytes = source.read(id.path(), limit);
  if (bytes || id.full() || bytes.error().code != ErrorCode::not_found)
    return with_context(decode(TRY(std::move(bytes)), id.width), "reading " + id.path());
  TileId full = id.as_full();
  Result<std::string> all = source.read(full.path(), limit);
  if (!all) return std::unexpected(std::move(bytes).error());
  std::vector<Item> items =
      TRY_CONTEXT(decode(*all, full.width), fmt::format("reading {}", full.path()));
  items.resize(id.width);
  return items;
}

}  // namespace

Result<std::string> TileSource::checkpoint() {
  return read("checkpoint", k_largest_note);
}

Result<std::vector<Digest>> TileSource::tile(const TileId& id) {
  return read_items<Digest>(*this, id, k_tile_width * Digest::k_size, decode_tile);
}

Result<std::vector<std::string>> TileSource::bundle(const TileId& id) {
  return read_items<std::string>(*this, id, k_largest_bundle, decode_bundle);
}

std::unique_ptr<TileSource> directory_tiles(Path directory) {
  return std::make_unique<DirectoryTiles>(std::move(directory));
}

std::unique_ptr<TileSource> http_tiles(HttpClient& client, std::string url) {
  return std::make_unique<HttpTiles>(client, std::move(url));
}

HashTile::HashTile(std::vector<Digest> hashes) {
  rows_.push_back(std::move(hashes));
  while (rows_.back().size() > 1) {
    const std::vector<Digest>& below = rows_.back();
    std::vector<Digest> row;
    row.reserve(below.size() / 2);
    for (size_t i = 0; i + 1 < below.size(); i += 2)
      row.push_back(node_hash(below[i], below[i + 1]));
    rows_.push_back(std::move(row));
  }
}

Result<Digest> HashTile::node(unsigned height, uint64_t position) const {
  if (height >= rows_.size() || position >= rows_[height].size())
    return fail(ErrorCode::corrupt, "a tile is too narrow for the tree that it belongs to");
  return rows_[height][position];
}

Result<Digest> TreeReader::node(unsigned height, uint64_t index) {
  unsigned level = height / k_tile_height;
  unsigned within = height % k_tile_height;
  unsigned nodes_a_tile = k_tile_width >> within;
  std::optional<TileId> id = tile_in_tree(level, index / nodes_a_tile, size_);
  if (!id)
    return fail(ErrorCode::bad_input, fmt::format("a log of {} entries has no node {} of height {}",
                                                  size_, index, height));
  auto known = tiles_.find(*id);
  if (known == tiles_.end()) known = tiles_.emplace(*id, HashTile(TRY(source_.tile(*id)))).first;
  return known->second.node(within, index % nodes_a_tile);
}

Result<std::vector<std::string>> read_entries(TileSource& source, uint64_t begin, uint64_t end,
                                              uint64_t size) {
  if (begin >= end || end > size)
    return fail(ErrorCode::bad_input,
                fmt::format("a log of {} entries has no entries {} to {}", size, begin, end));
  TileId id = *tile_in_tree({}, begin / k_tile_width, size);
  std::vector<std::string> entries = TRY(source.bundle(id));
  uint64_t first = id.index * k_tile_width;
  auto from = entries.begin() + static_cast<ptrdiff_t>(begin - first);
  auto to = entries.begin() + static_cast<ptrdiff_t>(std::min(end - first, uint64_t{id.width}));
  return std::vector<std::string>(std::make_move_iterator(from), std::make_move_iterator(to));
}

Result<std::string> read_entry(TileSource& source, uint64_t index, uint64_t size,
                               const Digest& root) {
  std::vector<std::string> entries = TRY(read_entries(source, index, index + 1, size));
  TreeReader tree(source, size);
  std::vector<Digest> proof = TRY(prove_inclusion(tree, index, size));
  TRY(verify_inclusion(leaf_hash(entries.front()), index, size, proof, root));
  return std::move(entries.front());
}

}  // namespace kiln::tlog
