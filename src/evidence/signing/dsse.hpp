// SPDX-License-Identifier: Apache-2.0
//
// DSSE envelopes (secure-systems-lab/dsse v1.0): a payload with its type, and signatures over both.
//
//   PAE(type, payload) = "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload  ; LEN in decimal
//   envelope = {"payload":base64,"payloadType":type,"signatures":[{"sig":base64,"keyid":text}]}
#pragma once
#include "crypto/key.hpp"
#include "data/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::signing {

struct EnvelopeSignature {
  std::string signature;
  std::string key_id;  // an unverified hint; may be empty

  bool operator==(const EnvelopeSignature&) const = default;
};

struct Envelope {
  std::string payload_type;
  std::string payload;
  std::vector<EnvelopeSignature> signatures;

  bool operator==(const Envelope&) const = default;
};

// What is signed.
std::string pae(std::string_view payload_type, std::string_view payload);
inline std::string pae(const Envelope& envelope) {
  return pae(envelope.payload_type, envelope.payload);
}

// SHA-256 of it, without its bytes put together.
Digest pae_digest(const Envelope& envelope);

// The key's signature over an envelope whose digest is at hand.
Result<std::string> sign_digested(const Envelope& envelope, const Digest& digest, SigningKey& key);

// An envelope with one signature, without key id.
Result<Envelope> sign_envelope(std::string_view payload_type, std::string payload, SigningKey& key);

// Fails with unverified unless one of the signatures is the key's.
Result<> verify_envelope(const Envelope& envelope, const PublicKey& key);

// Canonical JSON.
std::string encode(const Envelope& envelope);
void append_encoded(std::string& out, const Envelope& envelope);
// Fails with corrupt; takes at most 16 signatures, and unknown members of other implementations.
Result<Envelope> envelope_from_json(const Json& json);
Result<Envelope> parse_envelope(std::string_view text);

}  // namespace kiln::signing
