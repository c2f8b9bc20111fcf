// SPDX-License-Identifier: Apache-2.0
//
// Everything of a key ring that signing needs, opened: keys, both logs, the time stamp authority.
// The logs are locked as long as it lives, so it should live for one batch.
#pragma once
#include "evidence/signing/keyring_store.hpp"
#include "evidence/signing/signer.hpp"
#include "evidence/tlog/event.hpp"

namespace kiln::signing {

class LocalSigner {
 public:
  // Opens the active keys of a ring; `role` is the one that signs. Logs are made when they are not
  // there yet. Roles that the ring lacks, apart from `role`, leave their part of the evidence out.
  static Result<std::unique_ptr<LocalSigner>> open(const KeyRingStore& store, KeyRole role,
                                                   const Clock& clock, const AskPassword& ask);

  SigningContext context();

 private:
  explicit LocalSigner(const Clock& clock) : clock_(clock) {}
  const Clock& clock_;
  std::unique_ptr<SigningKey> key_;
  std::unique_ptr<SigningKey> log_key_;
  std::unique_ptr<SigningKey> rekor_key_;
  std::unique_ptr<SigningKey> notary_secret_;
  std::optional<tlog::Log> log_;
  std::optional<tlog::Log> rekor_;
  std::optional<RekorLog> rekor_log_;
  std::optional<NotaryKey> notary_;
  std::optional<TimestampAuthority> authority_;
};

// Opens the log of a ring's active key of role log or rekor_log, and makes it when it is not there.
// Its first entry says which key it belongs to: old clients do not take an entry of index 0.
Result<tlog::Log> open_log(const KeyRingStore& store, const KeyEntry& entry, SigningKey& key);

// The change that made this key the active one of its role.
tlog::KeyRotation rotation_to(const KeyRing& ring, const KeyEntry& entry);

// Adds an event to the log of the ring; does nothing when the ring has no log key.
Result<> log_event(const KeyRingStore& store, const tlog::Event& event, const AskPassword& ask);

}  // namespace kiln::signing
