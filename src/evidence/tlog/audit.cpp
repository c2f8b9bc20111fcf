// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/audit.hpp"

#include "evidence/tlog/right_edge.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

Result<> compare(TileSource& source, const TileFile& file) {
  std::vector<Digest> published = TRY(source.tile(file.id));
  if (encode_tile(published) == file.bytes) return {};
  return fail(ErrorCode::unverified,
              fmt::format("{} does not follow from the log's entries", file.id.path()));
}

}  // namespace

Result<AuditReport> audit(TileSource& source, const Checkpoint& checkpoint,
                          const std::function<Result<>(uint64_t)>& progress) {
  AuditReport report;
  RightEdge edge;
  for (uint64_t first = 0; first < checkpoint.size; first = edge.size()) {
    std::vector<std::string> entries =
        TRY(read_entries(source, first, checkpoint.size, checkpoint.size));
    for (const TileFile& file : edge.append(entries)) {
      // The entries were just read; and on the way the upper levels have tiles that grow on.
      bool is_final = tile_in_tree(file.id.level, file.id.index, checkpoint.size) == file.id;
      if (file.id.is_entries() || !is_final) continue;
      TRY(compare(source, file));
      ++report.tiles;
    }
    if (progress) TRY(progress(edge.size()));
  }
  report.entries = edge.size();
  if (edge.root() != checkpoint.root)
    return fail(ErrorCode::unverified,
                fmt::format("the {} entries of the log do not give the root of its checkpoint",
                            checkpoint.size));
  return report;
}

}  // namespace kiln::tlog
