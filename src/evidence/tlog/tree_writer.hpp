// SPDX-License-Identifier: Apache-2.0
//
// Writing the files of a log's tree: whole or not at all for whoever reads at the same time, and
// durable only when told.
#pragma once
#include "evidence/tlog/right_edge.hpp"
#include "store/disk.hpp"

#include <set>

namespace kiln::tlog {

class TreeWriter {
 public:
  // `temporary` is a directory on the same file system.
  TreeWriter(Disk& disk, Path tree, Path temporary)
      : disk_(&disk), tree_(std::move(tree)), temporary_(std::move(temporary)) {}

  // Gives a file below the tree new bytes; its directories are made. Not durable yet.
  Result<> write(const std::string& path, std::string_view bytes);
  // The same, unless the file has these bytes already.
  Result<> restore(const std::string& path, std::string_view bytes);

  // Makes these tiles, the checkpoint, and every directory on the way durable. In place of partial
  // tiles that a tree of `size` entries has as full ones, their directories are removed.
  Result<> settle(const std::set<TileId>& tiles, uint64_t size);

 private:
  Result<> make_parents(const Path& path);
  Result<> sync(const Path& path, std::set<Path>& directories);
  Result<> remove_partials(const TileId& full);

  Disk* disk_;
  Path tree_;
  Path temporary_;
  std::set<Path> known_;  // directories that are there
};

}  // namespace kiln::tlog
