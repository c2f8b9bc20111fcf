// SPDX-License-Identifier: Apache-2.0
//
// What Sigstore's clients want of a log beside its checkpoints: its id, and the promise that
// Rekor v1 signs at once (SET, signed entry timestamp).
#pragma once
#include "base/time.hpp"
#include "evidence/tlog/settings.hpp"

namespace kiln::tlog {

// logId.keyId of a trusted root and of entries: SHA-256 of (name LF 0x01 key) for an Ed25519 log,
// of the SubjectPublicKeyInfo for an ECDSA log.
Digest log_id(const NoteKey& log);

// One entry as Rekor v1 promises it.
struct EntryPromise {
  std::string body;  // the entry itself
  UnixTime integrated = 0;
  uint64_t index = 0;  // in the log
};

// The bytes under a SET: RFC 8785 of {"body","integratedTime","logID","logIndex"}.
std::string promise_text(const EntryPromise& promise, const NoteKey& log);

// Signs a promise with the log's key, or checks one; the latter fails with unverified.
Result<std::string> sign_promise(const EntryPromise& promise, const NoteKey& log,
                                 SigningKey& secret);
Result<> verify_promise(const EntryPromise& promise, const NoteKey& log,
                        std::string_view signature);

}  // namespace kiln::tlog
