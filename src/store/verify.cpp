// SPDX-License-Identifier: Apache-2.0
//
// Checking that a store holds what its names say.
#include "base/threads.hpp"
#include "store/layout.hpp"
#include "store/maintenance.hpp"
#include "store/record.hpp"
#include "store/store_care.hpp"

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
Result<Digest> hash_file(const Path& path, uint64_t expected_size) {
  Fd fd = TRY(open_file(path, O_RDONLY));
  Sha256 hash;
  std::string buffer(std::clamp(expected_size, k_smallest_buffer, k_largest_buffer), '\0');
  while (true) {
    ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno(fmt::format("cannot read {}", path.string()), errno);
    if (got == 0) return hash.finish();
    hash.update({buffer.data(), static_cast<size_t>(got)});
  }
}

// not_found means that the entry went meanwhile; any other error that it is bad.
Result<> check(const StoreEntry& entry) {
  if (entry.area == StoreArea::blob) {
    Digest digest = TRY(Digest::from_hex(entry.name));
    if (TRY(hash_file(entry.path, entry.size)) != digest)
      return fail(ErrorCode::corrupt, "its bytes have another digest");
    return {};
  }
  std::string bytes = TRY(read_file(entry.path, UINT64_MAX));
  TRY(open_record(entry.kind, entry.name, bytes));
  return {};
}

Path quarantine_path(const Store& store, const StoreEntry& entry) {
  return layout::quarantine(store.location()) /
         fmt::format("{}-{}-{}", str(entry.area), entry.kind, entry.name);
}

}  // namespace

Result<StoreVerification> verify_store(Store& store, size_t threads) {
  std::vector<StoreEntry> entries = TRY(list_store(store));
  std::vector<char> bad(entries.size(), 0);
  TRY(parallel_for(entries.size(), threads, [&](size_t i) -> Result<> {
    auto checked = check(entries[i]);
    bad[i] = !checked && checked.error().code != ErrorCode::not_found;
    return {};
  }));
  StoreVerification result;
  for (size_t i = 0; i < entries.size(); ++i) {
    ++result.checked;
    result.bytes += entries[i].size;
    if (bad[i] == 0) continue;
    if (entries[i].area != StoreArea::state) {
      Path target = quarantine_path(store, entries[i]);
      TRY(StoreCare::disk(store).rename(entries[i].path, target));
      entries[i].path = std::move(target);
    }
    result.bad.push_back(std::move(entries[i]));
  }
  return result;
}

}  // namespace kiln
