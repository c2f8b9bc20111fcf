// SPDX-License-Identifier: Apache-2.0
//
// Checking a log from its entries alone: every tile is recomputed and compared.
#pragma once
#include "evidence/tlog/checkpoint.hpp"
#include "evidence/tlog/tile_source.hpp"

#include <functional>

namespace kiln::tlog {

struct AuditReport {
  uint64_t entries = 0;
  uint64_t tiles = 0;
};

// Reads all entries of a log up to a checkpoint and checks that they give its root and each of its
// tiles. `progress`, when there is one, is called after each bundle with the entries so far.
// Fails with unverified and what differs, or with the error of reading.
Result<AuditReport> audit(TileSource& source, const Checkpoint& checkpoint,
                          const std::function<Result<>(uint64_t)>& progress = {});

}  // namespace kiln::tlog
