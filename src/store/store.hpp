// SPDX-License-Identifier: Apache-2.0
//
// The store on disk: everything fetched or made, under its SHA-256; records derived from it that
// can be made again; and state that cannot. Processes share it safely, a crash or a power cut
// leaves only whole blobs. The layout and the rules are in docs/formats/store.md; checking and
// pruning in store/maintenance.hpp.
#pragma once
#include "base/files.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "store/disk.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace kiln {

// Where a store lies: what can be made again, and what cannot.
struct StoreLocation {
  Path root;
  Path state;
};

// `chosen`/state when a directory was chosen (--store, or else $KILN_STORE), else
// $XDG_CACHE_HOME/kiln and $XDG_STATE_HOME/kiln, else ~/.cache/kiln and ~/.local/state/kiln.
// Fails with bad_input when the environment names no home either.
Result<StoreLocation> store_location(const std::map<std::string, std::string>& environment,
                                     const std::optional<Path>& chosen = std::nullopt);

struct StoreOptions {
  const Clock* clock = nullptr;  // for "last used"; the system's when null
  Disk* disk = nullptr;          // the real one when null
};

// A record that was found: its payload, mapped and checked.
class Record {
 public:
  Record(MappedFile file, std::string_view payload) : file_(std::move(file)), payload_(payload) {}
  std::string_view bytes() const { return payload_; }

 private:
  MappedFile file_;
  std::string_view payload_;
};

class TemporaryPlace;

// Whether to wait until the disk has what is written.
enum class Durability {
  none,  // after a power cut it may be absent or damaged: for what can be had again
  synced,
};

// All functions may be called from several threads at once.
class Store {
 public:
  // Creates the store when it is not there, removes what killed processes left half-written, and
  // waits while another process prunes. Fails (unsupported) on a store of another format.
  static Result<std::unique_ptr<Store>> open(const StoreLocation& location,
                                             const StoreOptions& options = {});
  // The same with the state in root/state.
  static Result<std::unique_ptr<Store>> open(const Path& root, const StoreOptions& options = {});
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // --- blobs -------------------------------------------------------------------------------------
  // Whether a blob is there and can be opened. One that was edited since it was found whole is
  // moved to quarantine and counts as absent: docs/decisions/layouts-and-the-store.md.
  bool has(const Digest& digest) const;
  // The blob's bytes, mapped once a process for as long as someone holds them. Fails with not_found
  // as has() does, or corrupt when its size is not the expected one. Bytes are not hashed again as
  // long as nobody touched them (verify() rehashes all); those of a blob that was kept without
  // waiting for the disk are after the next start of the machine.
  Result<std::shared_ptr<const MappedFile>> map(const Digest& digest,
                                                std::optional<uint64_t> expected_size = {});
  // Where the blob lies or would lie: blobs/sha256/<hex>.
  Path path_of(const Digest& digest) const;
  Result<Digest> put(std::string_view bytes, Durability durability = Durability::synced);
  // Gives a durable file that has exactly the bytes of `digest` a name in the store, which after a
  // power cut may be absent. False where the file cannot be linked, such as from another file
  // system.
  Result<bool> adopt(const Digest& digest, const Path& file);

  // A blob in the making; nothing remains without a commit. Must not outlive its store.
  class Writer final : public Sink {
   public:
    Writer(Writer&& other) noexcept;
    Writer& operator=(Writer&& other) noexcept;
    ~Writer() override;
    Result<> write(std::string_view bytes) override;
    uint64_t size() const { return size_; }
    // Gives the blob its name and returns it. The writer is finished afterwards.
    Result<Digest> commit(Durability durability = Durability::synced);
    // The same, but fails with unverified, and keeps nothing, when digest or size differ.
    Result<> commit_expecting(const Digest& digest, std::optional<uint64_t> size = {},
                              Durability durability = Durability::synced);

   private:
    friend class Store;
    Writer(Store& store, Path path, Fd fd);
    Result<> append(std::string_view bytes);
    Result<> keep(const Digest& digest, Durability durability);
    Result<Durability> mark(Durability durability);
    void discard();
    Store* store_;
    Path path_;  // empty once finished
    Fd fd_;
    Sha256 hash_;
    uint64_t size_ = 0;
  };
  Result<Writer> writer();

  // --- records that can be made again ------------------------------------------------------------
  // Kind and key are names: 1 to 200 of [a-z0-9._-], not beginning with a dot. A record that is
  // absent or damaged gives null; a damaged one is removed.
  std::shared_ptr<const Record> cached(std::string_view kind, std::string_view key);
  // Atomic, not synced: after a power cut the record may be absent.
  Result<> cache(std::string_view kind, std::string_view key, std::string_view bytes);

  // --- state that cannot be made again -----------------------------------------------------------
  // What was set, if anything; a damaged record is an error (corrupt), never absence.
  Result<std::optional<std::string>> state(std::string_view kind, std::string_view key) const;
  // Durable on return.
  Result<> set_state(std::string_view kind, std::string_view key, std::string_view bytes);
  // Reads, lets `change` decide and writes what it returns (nothing: leave as it is), while no
  // other process or thread updates any state of this store.
  using StateChange =
      std::function<Result<std::optional<std::string>>(const std::optional<std::string>& present)>;
  Result<> update_state(std::string_view kind, std::string_view key, const StateChange& change);

  const StoreLocation& location() const { return location_; }

 private:
  friend class StoreCare;  // the functions of maintenance.hpp

  Store(StoreLocation location, const StoreOptions& options);
  Result<> prepare();
  Result<> create_layout();
  // A new temporary name on the file system of the blobs, or of the state.
  Result<Path> temporary_blob();
  Result<Path> temporary_state();
  Result<> write_record(const Path& temporary, const Path& target, std::string_view kind,
                        std::string_view key, std::string_view bytes, Durability durability);
  void touch(const Path& path) const;
  enum class Found { whole, damaged, absent };
  Found look_at(const Path& path, const Digest& digest) const;
  Result<> settle(const Path& path, UnixTime time) const;
  Result<> make_durable(const Digest& digest);

  StoreLocation location_;
  const Clock& clock_;
  Disk& disk_;
  Fd lock_;  // shared flock for the life of the store
  std::mutex places_mutex_;
  std::unique_ptr<TemporaryPlace> blob_place_;
  std::unique_ptr<TemporaryPlace> state_place_;
  std::mutex maps_mutex_;
  std::unordered_map<Digest, std::weak_ptr<const MappedFile>, DigestHash> maps_;
};

}  // namespace kiln
