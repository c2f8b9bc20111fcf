// SPDX-License-Identifier: Apache-2.0
//
// Checkpoints (C2SP tlog-checkpoint): the text that a log signs to commit to all its entries.
//
//   text = origin LF size LF base64( root hash ) LF *( extension LF )
#pragma once
#include "evidence/tlog/note_key.hpp"

namespace kiln::tlog {

struct Checkpoint {
  std::string origin;  // the log's name
  uint64_t size = 0;   // number of entries
  Digest root;
  std::vector<std::string> extensions;  // lines without their LF

  std::string str() const;  // the inverse of parse
  // Takes a note's text. Fails with corrupt.
  static Result<Checkpoint> parse(std::string_view text);

  bool operator==(const Checkpoint&) const = default;
};

// A checkpoint with the note that it came in.
struct SignedCheckpoint {
  Checkpoint checkpoint;
  Note note;
  // Reads both layers; verifies nothing.
  static Result<SignedCheckpoint> parse(std::string_view bytes);
};

// Reads a checkpoint and checks its origin and the signature of the log's key, whose name is the
// origin unless `origin` says another. Fails with corrupt or unverified.
Result<SignedCheckpoint> open_checkpoint(std::string_view bytes, const NoteKey& key,
                                         std::string_view origin = {});

}  // namespace kiln::tlog
