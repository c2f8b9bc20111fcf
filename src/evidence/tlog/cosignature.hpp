// SPDX-License-Identifier: Apache-2.0
//
// Cosignatures (C2SP tlog-cosignature, type 0x04): a witness states when it saw a checkpoint that
// continues all those that it saw before.
//
//   signature bytes = seconds since 1970 as 8 bytes, big endian; Ed25519 signature
//   signed message  = "cosignature/v1" LF "time " seconds LF text of the checkpoint
#pragma once
#include "base/time.hpp"
#include "evidence/tlog/note_key.hpp"

#include <span>

namespace kiln::tlog {

struct Cosignature {
  NoteSignature line;
  UnixTime time = 0;  // as the witness's clock had it
};

// Fails (unverified) when the line is not this witness's over the checkpoint's text.
Result<Cosignature> verify_cosignature(std::string_view text, const NoteSignature& line,
                                       const NoteKey& witness);

// The cosignatures of a note by these witnesses. Lines of other keys are passed over, bad ones of
// a known key are an error.
Result<std::vector<Cosignature>> verified_cosignatures(const Note& note,
                                                       std::span<const NoteKey> witnesses);

// What a witness makes.
Result<NoteSignature> cosign(std::string_view text, UnixTime time, const NoteKey& witness,
                             SigningKey& secret);

}  // namespace kiln::tlog
