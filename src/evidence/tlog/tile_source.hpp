// SPDX-License-Identifier: Apache-2.0
//
// Where the files of a log come from: a directory or a web server. Nothing that a source gives is
// trusted; TreeReader's hashes are checked by whoever compares a root or a proof with a checkpoint.
#pragma once
#include "base/files.hpp"
#include "evidence/tlog/proofs.hpp"
#include "evidence/tlog/tile.hpp"
#include "net/http.hpp"

#include <map>
#include <memory>

namespace kiln::tlog {

class TileSource {
 public:
  virtual ~TileSource() = default;
  // A file of the log, "checkpoint" or a tile's path, at most `limit` bytes; not_found when it is
  // not there.
  virtual Result<std::string> read(const std::string& path, uint64_t limit) = 0;

  // The bytes of the published checkpoint.
  Result<std::string> checkpoint();
  // A tile's hashes. When a partial tile is gone the full one is read and cut.
  Result<std::vector<Digest>> tile(const TileId& id);
  // A bundle's entries, likewise.
  Result<std::vector<std::string>> bundle(const TileId& id);
};

// The directory that `kiln log serve` serves.
std::unique_ptr<TileSource> directory_tiles(Path directory);
// A log at a URL; the client must outlive the source.
std::unique_ptr<TileSource> http_tiles(HttpClient& client, std::string url);

// One tile with the nodes above its hashes.
class HashTile {
 public:
  explicit HashTile(std::vector<Digest> hashes);
  // Fails (corrupt) when the tile is too narrow to have that node.
  Result<Digest> node(unsigned height, uint64_t position) const;

 private:
  std::vector<std::vector<Digest>> rows_;  // [height][position]
};

// The nodes of the tree of `size` entries; keeps the tiles that it has read. For a few proofs, not
// for walking through a log.
class TreeReader final : public NodeReader {
 public:
  TreeReader(TileSource& source, uint64_t size) : source_(source), size_(size) {}
  Result<Digest> node(unsigned height, uint64_t index) override;

 private:
  TileSource& source_;
  uint64_t size_;
  std::map<TileId, HashTile> tiles_;
};

// Entries begin .. end of a tree of `size` entries, at most one bundle's worth: those of the bundle
// that holds `begin`. Not checked against the tree.
Result<std::vector<std::string>> read_entries(TileSource& source, uint64_t begin, uint64_t end,
                                              uint64_t size);

// One entry, checked against the root. Fails with unverified when it is another.
Result<std::string> read_entry(TileSource& source, uint64_t index, uint64_t size,
                               const Digest& root);

}  // namespace kiln::tlog
