// SPDX-License-Identifier: Apache-2.0
//
// What is written into a transparency log for a signature: canonical JSON that a verifier makes
// anew from the signature at hand and compares byte for byte. Three kinds of Rekor's entries:
//
//   hashedrekord 0.0.2  of Rekor v2: a digest (for DSSE: of the PAE), the signature, the key
//   dsse 0.0.1          of Rekor v1: hashes of envelope and payload, the signature, the key
//   hashedrekord 0.0.1  of Rekor v1: a digest, the signature, the key
#pragma once
#include "crypto/certificate.hpp"
#include "evidence/signing/dsse.hpp"

#include <string>
#include <string_view>

namespace kiln::signing {

// Name and version of a kind of entry.
struct EntryKind {
  std::string kind;
  std::string version;

  bool operator==(const EntryKind&) const = default;
};
extern const EntryKind k_hashedrekord_v2;
extern const EntryKind k_hashedrekord_v1;
extern const EntryKind k_dsse_v1;

// Who made a signature, as entries name it: a key, or the certificate for one.
class EntrySigner {
 public:
  EntrySigner(const PublicKey& key)  // NOLINT(*explicit*)
      : algorithm_(key.algorithm()), der_(key.der()), pem_(key.pem()) {}
  EntrySigner(const Certificate& certificate, const PublicKey& key)
      : algorithm_(key.algorithm()),
        der_(certificate.der()),
        pem_(certificate.pem()),
        by_certificate_(true) {}

  Json rekor_v2() const;
  KeyAlgorithm algorithm() const { return algorithm_; }
  const std::string& pem() const { return pem_; }

 private:
  KeyAlgorithm algorithm_;
  std::string der_;
  std::string pem_;
  bool by_certificate_ = false;
};

// "PKIX_ED25519" or "PKIX_ECDSA_P256_SHA_256": the algorithm as sigstore's documents name it. Not
// for keys of others.
std::string_view key_details(KeyAlgorithm algorithm);

// `digest` is of what was signed: the PAE of an envelope, or a blob.
std::string hashedrekord_v2_body(const Digest& digest, std::string_view signature,
                                 const EntrySigner& signer);
std::string hashedrekord_v1_body(const Digest& digest, std::string_view signature,
                                 const EntrySigner& signer);
// For an envelope with one signature.
std::string dsse_v1_body(const Envelope& envelope, const EntrySigner& signer);

// Whether a dsse 0.0.1 body fits the envelope. The hash of the whole envelope is not compared,
// because it depends on how the envelope was written.
Result<> check_dsse_v1_body(std::string_view body, const Envelope& envelope,
                            const EntrySigner& signer);

// What a Rekor v1 log signs as its promise to include an entry (the "SET").
std::string entry_promise_text(std::string_view body, uint64_t integrated_time,
                               std::string_view log_id, uint64_t log_index);

}  // namespace kiln::signing
