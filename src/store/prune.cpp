// SPDX-License-Identifier: Apache-2.0
//
// Making a store smaller. Nobody else may have it open meanwhile, so that a build never loses a
// blob between looking for it and using it.
#include "store/layout.hpp"
#include "store/maintenance.hpp"
#include "store/store_care.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <sys/file.h>

namespace kiln {

namespace {

// Turns the store's shared lock into an exclusive one for its life.
class ExclusiveLock {
 public:
  static Result<ExclusiveLock> take(const Store& store) {
    int fd = StoreCare::lock(store);
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return ExclusiveLock(fd);
    ::flock(fd, LOCK_SH);  // a failed conversion may have lost the lock that was there
    return fail(
        ErrorCode::io,
        fmt::format("the store {} is in use by another process", store.location().root.string()),
        "run it again when no build is running");
  }
  ExclusiveLock(ExclusiveLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ExclusiveLock& operator=(ExclusiveLock&&) = delete;
  ~ExclusiveLock() {
    if (fd_ >= 0) ::flock(fd_, LOCK_SH);
  }

 private:
  explicit ExclusiveLock(int fd) : fd_(fd) {}
  int fd_;
};

bool is_protected(const StoreEntry& entry, const PrunePolicy& policy) {
  if (entry.area != StoreArea::blob) return false;
  auto digest = Digest::from_hex(entry.name);
  return digest && policy.keep.contains(*digest);
}

bool goes_by_itself(const StoreEntry& entry, const PrunePolicy& policy, UnixTime now) {
  if (policy.unreferenced && entry.area == StoreArea::blob) return true;
  return policy.unused_for && now - entry.last_used > *policy.unused_for;
}

// Moves what the policy lets go from `entries`, the least recently used first.
std::vector<StoreEntry> choose(std::vector<StoreEntry> entries, const PrunePolicy& policy,
                               UnixTime now, PruneResult& result) {
  std::sort(entries.begin(), entries.end(), [](const StoreEntry& a, const StoreEntry& b) {
    return std::tie(a.last_used, a.path) < std::tie(b.last_used, b.path);
  });
  std::vector<StoreEntry> chosen;
  std::vector<StoreEntry> rest;
  for (StoreEntry& entry : entries) {
    if (entry.area == StoreArea::state) continue;
    bool goes = !is_protected(entry, policy) && goes_by_itself(entry, policy, now);
    if (!goes) result.kept_bytes += entry.size;
    (goes ? chosen : rest).push_back(std::move(entry));
  }
  for (StoreEntry& entry : rest) {
    if (!policy.max_bytes || result.kept_bytes <= *policy.max_bytes) break;
    if (is_protected(entry, policy)) continue;
    result.kept_bytes -= entry.size;
    chosen.push_back(std::move(entry));
  }
  for (const StoreEntry& entry : chosen) result.removed_bytes += entry.size;
  return chosen;
}

Result<> empty_quarantine(const Store& store) {
  Path quarantine = layout::quarantine(store.location());
  for (const std::string& name : TRY(list_directory(quarantine)))
    TRY(StoreCare::disk(store).remove(quarantine / name));
  return {};
}

}  // namespace

Result<PruneResult> prune_store(Store& store, const PrunePolicy& policy) {
  ExclusiveLock lock = TRY(ExclusiveLock::take(store));
  PruneResult result;
  std::vector<StoreEntry> entries = TRY(list_store(store));
  result.removed = choose(std::move(entries), policy, StoreCare::now(store), result);
  if (policy.dry_run) return result;
  for (const StoreEntry& entry : result.removed) TRY(StoreCare::disk(store).remove(entry.path));
  TRY(empty_quarantine(store));
  return result;
}

}  // namespace kiln
