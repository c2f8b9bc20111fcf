// SPDX-License-Identifier: Apache-2.0
//
// Sigstore bundles (protobuf-specs, sigstore_bundle.proto, media type v0.3, in the JSON form of
// protocol buffers): a signature with everything that checking it offline needs: which key or
// certificate, the transparency log's entry with its proof, and time stamps. An entry is of one of
// two shapes: Rekor v2 (proof only), or Rekor v1 (proof, the log's promise and its time).
#pragma once
#include "base/time.hpp"
#include "evidence/signing/dsse.hpp"
#include "evidence/signing/log_entry.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kiln::signing {

inline constexpr std::string_view k_bundle_type = "application/vnd.dev.sigstore.bundle.v0.3+json";

struct InclusionProof {
  uint64_t log_index = 0;  // in the tree that the checkpoint is of
  Digest root;
  uint64_t tree_size = 0;
  std::vector<Digest> hashes;  // from the leaf upwards
  std::string checkpoint;      // a signed note

  bool operator==(const InclusionProof&) const = default;
};

struct LogEntry {
  EntryKind kind;
  std::string log_id;  // raw bytes
  uint64_t log_index = 0;
  UnixTime integrated_time = 0;  // Rekor v1; else 0
  std::string promise;           // Rekor v1: its signature over entry_promise_text; else empty
  InclusionProof proof;
  std::string body;

  bool operator==(const LogEntry&) const = default;
};

// A signature over a blob that lies elsewhere.
struct MessageSignature {
  Digest digest;
  std::string signature;

  bool operator==(const MessageSignature&) const = default;
};

struct Bundle {
  std::string key_hint;     // of a public key that the verifier has; or
  std::string certificate;  // DER; empty when signed with a plain key
  std::vector<LogEntry> entries;
  std::vector<std::string> timestamps;  // DER of TimeStampResp
  std::variant<Envelope, MessageSignature> content;

  bool operator==(const Bundle&) const = default;
};

// The hint that cosign writes for a key: base64 of its digest.
std::string key_hint(const PublicKey& key);

// Canonical JSON.
std::string encode(const Bundle& bundle);
// The same with an envelope that lies elsewhere as its content: payloads are large.
std::string encode(const Bundle& bundle, const Envelope& envelope);

// Strict: media type v0.3, no unknown members, exactly one signature, a proof with each entry, at
// most 8 entries and time stamps. Fails with corrupt, unsupported or limit.
Result<Bundle> parse_bundle(std::string_view text);

// The signature, and the digest of what it is over: the PAE, or the blob.
const std::string& signature_of(const Bundle& bundle);
Digest signed_digest(const Bundle& bundle);

}  // namespace kiln::signing
