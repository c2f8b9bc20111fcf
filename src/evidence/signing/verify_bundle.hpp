// SPDX-License-Identifier: Apache-2.0
//
// Checking a bundle offline, strictly: everything in it must be right, not only enough of it. In
// this order: the signature by the key; each log entry's body made anew from the signature and
// compared; its inclusion, against a checkpoint that a trusted log signed; the log's promise of
// Rekor v1; each time stamp; and that the proven times lie in those of log, authority and key.
#pragma once
#include "evidence/signing/bundle.hpp"
#include "evidence/signing/statement.hpp"
#include "evidence/signing/trusted_root.hpp"

#include <optional>
#include <string>
#include <vector>

namespace kiln::signing {

// What is trusted and what is demanded.
struct BundleTrust {
  PublicKey key;
  // Of a bundle with a certificate: that one, which the caller checks; `key` is its key.
  std::optional<Certificate> certificate{};
  Validity key_validity;              // proven times must lie within; revoked keys end before
  const TrustedRoot* root = nullptr;  // none: log entries and time stamps are not looked at
  size_t log_entries = 1;             // at least so many; with `root` only
  size_t timestamps = 0;  // the same for times proven by time stamps or promises of a log
  UnixTime now = 0;       // stands for the time when none is proven
};

struct VerifiedEntry {
  std::string log;  // host
  EntryKind kind;
  uint64_t index = 0;
  uint64_t tree_size = 0;
  std::vector<std::string> other_signers;  // of the checkpoint: names of witnesses, not verified
};

struct VerifiedBundle {
  std::vector<VerifiedEntry> entries;
  std::vector<UnixTime> times;  // proven moments at which the signature existed, ascending
};

// Fails with unverified, saying which check failed; with unsupported for bundles with
// another certificate than the trusted one. What a message signature is over is not here: compare
// signed_digest with the blob's own.
Result<VerifiedBundle> verify_bundle(const Bundle& bundle, const BundleTrust& trust);

// The statement in a bundle: its payload type must be in-toto's, one of its subjects must have the
// digest, and its predicate type must be this one unless that is empty. Fails with unverified.
Result<Statement> verified_statement(const Bundle& bundle, const Digest& subject,
                                     std::string_view predicate_type);

}  // namespace kiln::signing
