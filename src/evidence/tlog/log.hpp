// SPDX-License-Identifier: Apache-2.0
//
// An append-only log of opaque entries that its key signs: in C2SP form (Ed25519), or in the form
// of Rekor v1 (ECDSA) for old clients. One process writes at a time; anyone may read the files.
#pragma once
#include "crypto/key.hpp"
#include "evidence/tlog/log_files.hpp"

namespace kiln::tlog {

// What the one who added an entry gets: all that proves offline that the log has it.
struct Appended {
  uint64_t index = 0;
  uint64_t tree_size = 0;
  Digest leaf;
  std::vector<Digest> proof;  // to the checkpoint's root
  std::string checkpoint;     // signed note
};

class Log {
 public:
  // Makes an empty log whose checkpoints `key` signs. Fails (bad_input) when there is one already.
  static Result<> create(const LogPlace& place, const LogSettings& settings, SigningKey& key);
  // Opens a log to write it and holds its lock; finishes what a killed writer left. The key must be
  // the log's own and outlive the Log. Fails with bad_input, not_found, io, or corrupt.
  static Result<Log> open(const LogPlace& place, SigningKey& key);

  // Adds entries as one batch, durable when this returns, with one sync.
  Result<std::vector<Appended>> append(std::span<const std::string> entries);

  const LogSettings& settings() const { return files_->settings(); }
  const SignedCheckpoint& checkpoint() const { return files_->head(); }
  uint64_t size() const { return checkpoint().checkpoint.size; }

  // The proof that entry `index` is in the log as it is now. Fails with bad_input.
  Result<Appended> prove(uint64_t index);
  // The proof that the log of `new_size` entries continues that of `old_size`. Fails with
  // bad_input.
  Result<std::vector<Digest>> consistency(uint64_t old_size, uint64_t new_size);
  // Up to `count` entries from `first` on.
  Result<std::vector<std::string>> entries(uint64_t first, size_t count);

  // Adds witnesses' lines to the published checkpoint and returns it. They must be verified; fails
  // with unsupported for a log in the form of Rekor v1.
  Result<std::string> add_cosignatures(std::span<const NoteSignature> lines);
  // Makes the files durable that the journal still stands for, as before they are copied.
  Result<> settle() { return files_->settle(); }

 private:
  Log(std::unique_ptr<LogFiles> files, SigningKey& key) : files_(std::move(files)), key_(&key) {}
  std::unique_ptr<LogFiles> files_;
  SigningKey* key_;
};

}  // namespace kiln::tlog
