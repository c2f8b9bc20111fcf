// SPDX-License-Identifier: Apache-2.0
//
// The signatures of one call of sign_image while they become evidence: first signed, then logged as
// one batch a log, then stamped; the forms are written from what is then here.
#pragma once
#include "evidence/signing/bundle.hpp"
#include "evidence/signing/signer.hpp"

namespace kiln::signing {

struct BatchEnvelope {
  size_t manifest = 0;  // index of what it is about
  std::string predicate_type;
  Envelope envelope;
  Digest digest;                        // of what was signed
  std::string timestamp;                // empty without an authority
  std::optional<LogEntry> entry;        // in the log
  std::optional<LogEntry> rekor_entry;  // in the log in Rekor v1's shape
  const std::string& signature() const { return envelope.signatures[0].signature; }
};

struct BatchDocument {
  size_t manifest = 0;
  std::string payload;  // simple signing
  std::string signature;
  std::string timestamp;
  std::optional<LogEntry> rekor_entry;
};

struct Batch {
  std::vector<BatchEnvelope> envelopes;  // a manifest's own signature before its statements
  std::vector<BatchDocument> documents;
};

// Signs: an envelope for each manifest and each statement, and documents if a form needs them.
Result<Batch> sign_batch(std::span<const Signed> manifests, const SigningContext& context,
                         bool documents);

// Adds all entries to the context's logs, each log once.
Result<> log_batch(Batch& batch, const SigningContext& context);

// Asks the context's authority for a time stamp of each signature.
void stamp_batch(Batch& batch, const SigningContext& context);

}  // namespace kiln::signing
