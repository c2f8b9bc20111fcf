// SPDX-License-Identifier: Apache-2.0
#include "plan/archive_cache.hpp"

namespace kiln::plan {

Result<std::shared_ptr<const packages::Universe>> ArchiveCache::get(
    const packages::Archives& archives, World& world) {
  Entry* entry;
  {
    std::scoped_lock lock(mutex_);
    std::unique_ptr<Entry>& place = entries_[archives.key()];
    if (place == nullptr) place = std::make_unique<Entry>();
    entry = place.get();
  }
  std::call_once(entry->once, [&] {
    auto loaded = archives.load(options_, world);
    if (loaded)
      entry->universe = std::move(*loaded);
    else
      entry->error = std::move(loaded).error();
  });
  if (entry->universe == nullptr) return std::unexpected(entry->error);
  return entry->universe;
}

}  // namespace kiln::plan
