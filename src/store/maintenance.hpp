// SPDX-License-Identifier: Apache-2.0
//
// Looking after a store: what is in it, whether it is whole, and making it smaller.
#pragma once
#include "store/store.hpp"

#include <cstddef>
#include <set>
#include <vector>

namespace kiln {

enum class StoreArea { blob, record, state };

std::string_view str(StoreArea area);

struct StoreEntry {
  StoreArea area = StoreArea::blob;
  std::string kind;  // "sha256" for blobs, else the record's kind
  std::string name;  // 64 hexadecimal digits for blobs, else the record's key
  uint64_t size = 0;
  UnixTime last_used = 0;  // right to a day
  Path path;

  // "blob sha256/<hex>", "record <kind>/<key>".
  std::string str() const;
};

// Everything in the store, ordered by area, kind and name.
Result<std::vector<StoreEntry>> list_store(const Store& store);

struct StoreReport {
  struct Part {
    StoreArea area;
    std::string kind;
    uint64_t count = 0;
    uint64_t bytes = 0;
  };
  std::vector<Part> parts;
  uint64_t count = 0;
  uint64_t bytes = 0;
};

// Counts and bytes by area and kind.
Result<StoreReport> report_store(const Store& store);

struct StoreVerification {
  uint64_t checked = 0;
  uint64_t bytes = 0;
  std::vector<StoreEntry> bad;
};

// Hashes every blob and checks every record. Bad blobs and records are moved to quarantine/, so
// that they are fetched or made again; bad state stays where it is, because nobody can make it
// again. Fails where something cannot be opened: that is no damage.
Result<StoreVerification> verify_store(Store& store, size_t threads);

struct PrunePolicy {
  std::optional<UnixTime> unused_for;  // seconds: what was not used for longer goes
  std::optional<uint64_t> max_bytes;   // then the least recently used, until this much is left
  bool unreferenced = false;           // every blob that is not in `keep` goes
  std::set<Digest> keep;               // blobs that stay whatever the rest says
  bool dry_run = false;                // only say what would go
};

struct PruneResult {
  std::vector<StoreEntry> removed;
  uint64_t removed_bytes = 0;
  uint64_t kept_bytes = 0;
};

// Removes blobs and records (state never) and empties the quarantine. Needs the store for itself:
// fails (io) while another process has it open.
Result<PruneResult> prune_store(Store& store, const PrunePolicy& policy);

}  // namespace kiln
