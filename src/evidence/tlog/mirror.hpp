// SPDX-License-Identifier: Apache-2.0
//
// A copy of a log that any web server can serve. Its tiles are made from the entries, so that a
// mirror never shows a tree that its checkpoint does not cover.
#pragma once
#include "evidence/tlog/settings.hpp"
#include "evidence/tlog/tile_source.hpp"
#include "store/disk.hpp"

namespace kiln::tlog {

struct MirrorReport {
  uint64_t before = 0;  // entries that the mirror had
  uint64_t size = 0;    // and has now
};

// Brings the mirror in a directory, which may be empty, to the log's newest checkpoint. The old one
// stays until the new entries are there and durable. Fails with unverified when the log shrank or
// its entries do not give its root.
Result<MirrorReport> mirror(TileSource& source, const LogSettings& log, const Path& directory,
                            Disk& disk = real_disk());

}  // namespace kiln::tlog
