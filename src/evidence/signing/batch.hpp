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
  Digest digest;                  // of what was signed
  std::string timestamp;          // empty without an authority
  std::optional<LogEntry> entry;  // in the log
  bool is_signature = false;      // the manifest's own
  bool wants_rekor_entry = false;
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

// What the forms that are wanted need besides envelopes in the log.
struct BatchNeeds {
  bool documents = false;         // simple signing
  bool rekor_signatures = false;  // entries of the manifests' own signatures in Rekor v1's shape
  bool rekor_statements = false;  // the same of statements
};

// Signs: an envelope for each manifest and each statement, whose payload it takes, and documents if
// a form needs them. On all processors, since statements are large.
Result<Batch> sign_batch(std::span<Signed> manifests, const SigningContext& context,
                         const BatchNeeds& needs);

// Adds entries to the context's logs, each log once, and asks its authority for a time stamp of
// each signature; all at the same time.
Result<> prove_batch(Batch& batch, const SigningContext& context);

}  // namespace kiln::signing
