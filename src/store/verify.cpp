// SPDX-License-Identifier: Apache-2.0
//
// Checking that a store holds what its names say.
#include "base/threads.hpp"
#include "store/layout.hpp"
#include "store/maintenance.hpp"
#include "store/record.hpp"
#include "store/store_care.hpp"
#include "store/store_files.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace kiln {

namespace {

constexpr uint64_t k_smallest_buffer = 4096;
constexpr uint64_t k_largest_buffer = 1 << 20;

// Read in pieces, not mapped: a disk that cannot read a page gives an error here, not a signal.
template <typename Take>
bool read_pieces(const Fd& fd, uint64_t expected_size, const Take& take) {
  std::string buffer(std::clamp(expected_size, k_smallest_buffer, k_largest_buffer), '\0');
  while (true) {
    ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return got == 0;
    take(std::string_view(buffer.data(), static_cast<size_t>(got)));
  }
}

bool is_whole(const StoreEntry& entry, const Fd& fd) {
  if (entry.area == StoreArea::blob) {
    Sha256 hash;
    bool read = read_pieces(fd, entry.size, [&](std::string_view piece) { hash.update(piece); });
    Result<Digest> digest = Digest::from_hex(entry.name);
    return read && digest && hash.finish() == *digest;
  }
  std::string bytes;
  bool read = read_pieces(fd, entry.size, [&](std::string_view piece) { bytes += piece; });
  return read && open_record(entry.kind, entry.name, bytes);
}

// Whether an entry is there and damaged. One that cannot be opened is an error, and no damage.
Result<bool> is_bad(const StoreEntry& entry) {
  Result<Fd> fd = open_file(entry.path, O_RDONLY);
  if (fd) return !is_whole(entry, *fd);
  if (fd.error().code == ErrorCode::not_found) return false;  // it went meanwhile
  return std::unexpected(std::move(fd.error()));
}

// Whether the entry was moved, and not put right by another process.
Result<bool> move_to_quarantine(const Store& store, StoreEntry& entry) {
  Path quarantine = layout::quarantine(store.location());
  std::string name = fmt::format("{}-{}-{}", str(entry.area), entry.kind, entry.name);
  bool moved = TRY(set_aside(entry.path, quarantine, name, StoreCare::disk(store), [&] {
    Result<bool> bad = is_bad(entry);
    return bad && *bad;
  }));
  if (moved) entry.path = quarantine / name;
  return moved;
}

}  // namespace

Result<StoreVerification> verify_store(Store& store, size_t threads) {
  std::vector<StoreEntry> entries = TRY(list_store(store));
  std::vector<char> bad(entries.size(), 0);
  auto look_at = [&](size_t i) -> Result<> {
    bad[i] = TRY(is_bad(entries[i])) ? 1 : 0;
    return {};
  };
  TRY(parallel_for(entries.size(), threads, look_at));
  StoreVerification result;
  for (size_t i = 0; i < entries.size(); ++i) {
    ++result.checked;
    result.bytes += entries[i].size;
    if (bad[i] == 0) continue;
    if (entries[i].area != StoreArea::state && !TRY(move_to_quarantine(store, entries[i])))
      continue;
    result.bad.push_back(std::move(entries[i]));
  }
  return result;
}

}  // namespace kiln
