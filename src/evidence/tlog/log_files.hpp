// SPDX-License-Identifier: Apache-2.0
//
// A log on disk (docs/formats/log.md), without its key: adding entries so that nothing that was
// promised is lost, whatever happens.
//
//   <log>/log.json   what the log is          <log>/lock      held by the one writer (flock)
//   <log>/journal    batches, durable first   <log>/tree/     what is served: checkpoint, tile/...
//   <log>/boot       since when the files in tree/ were never lost to a power cut
//   <log>/tmp/       files in the making
//
// A batch is committed when its journal record is durable: one sync. Then the tiles are written,
// then the checkpoint takes its name, so that a reader never finds a checkpoint without its tiles.
// Whoever opens the log finishes what a killed writer left; after another boot every file since
// the journal's base is compared with the journal, for the disk may have lost it.
#pragma once
#include "evidence/tlog/journal.hpp"
#include "evidence/tlog/settings.hpp"
#include "evidence/tlog/tree_writer.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace kiln::tlog {

struct LogPlace {
  Path directory;
  Disk& disk = real_disk();
  std::string boot = current_boot();           // tells a crash of a process from one of the machine
  std::chrono::milliseconds patience{10'000};  // how long to wait for another writer

  static std::string current_boot();
};

class LogFiles {
 public:
  // Makes an empty log. Fails (bad_input) when the directory holds one already.
  static Result<> create(const LogPlace& place, const LogSettings& settings,
                         const std::string& signed_checkpoint);
  // Waits for the lock, finishes what was begun and checks that tiles, journal and checkpoint
  // agree. Fails with not_found, io (another writer does not end) or corrupt (they disagree).
  static Result<std::unique_ptr<LogFiles>> open(const LogPlace& place);

  const LogSettings& settings() const { return settings_; }
  // The newest checkpoint as the log signed it.
  const SignedCheckpoint& head() const { return head_; }
  TileSource& tiles() { return *tiles_; }

  // Gets a checkpoint and returns it as a signed note.
  using Sign = std::function<Result<std::string>(const Checkpoint&)>;
  // Adds entries in one batch and publishes the checkpoint. Fails (limit) for too large ones; after
  // another failure the log must be opened anew, and may then hold the batch.
  Result<> append(std::span<const std::string> entries, const Sign& sign);
  // Publishes the newest checkpoint in this form, which has more signatures.
  Result<> publish(const std::string& signed_checkpoint);
  // Makes the tree durable and empties the journal; happens by itself now and then.
  Result<> settle();

 private:
  LogFiles(const LogPlace& place, LogSettings settings, Fd lock);
  Result<> recover(std::span<const JournalRecord> records, bool files_kept);
  Result<> replay(std::span<const JournalRecord> records, uint64_t intact);
  Result<std::optional<SignedCheckpoint>> read_published();
  Result<> check_published(const SignedCheckpoint& published);
  Result<> note_boot(const std::string& boot);

  Path directory_;
  Disk& disk_;
  LogSettings settings_;
  Fd lock_;
  std::unique_ptr<TileSource> tiles_;
  TreeWriter writer_;
  std::optional<Journal> journal_;
  std::set<TileId> unsettled_;
  RightEdge edge_;
  SignedCheckpoint head_;
};

// Takes the lock of a log; fails with io when another process keeps it for so long.
Result<Fd> lock_log(const Path& directory, std::chrono::milliseconds patience);

// The settings of the log in a directory. Fails with not_found when there is none.
Result<LogSettings> load_settings(const Path& directory);

// The directory below a log's that holds its public files.
inline Path tree_of(const Path& log) {
  return log / "tree";
}

}  // namespace kiln::tlog
