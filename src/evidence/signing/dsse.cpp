// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/dsse.hpp"

#include "evidence/signing/members.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr size_t k_largest = 96U << 20;
constexpr size_t k_most_signatures = 16;
constexpr size_t k_room_around = 16U << 10;   // for what a bundle says beside its envelope
constexpr size_t k_base64_piece = 24U << 10;  // of whole groups; its text stays in the cache

std::string pae_head(std::string_view payload_type, std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} ", payload_type.size(), payload_type, payload.size());
}

}  // namespace

std::string pae(std::string_view payload_type, std::string_view payload) {
  std::string head = pae_head(payload_type, payload);
  std::string text;
  text.reserve(head.size() + payload.size());
  return text.append(head).append(payload);
}

Digest pae_digest(const Envelope& envelope) {
  Sha256 hash;
  hash.update(pae_head(envelope.payload_type, envelope.payload));
  hash.update(envelope.payload);
  return hash.finish();
}

Result<std::string> sign_digested(const Envelope& envelope, const Digest& digest, SigningKey& key) {
  bool signs_digests = key.public_key().algorithm() == KeyAlgorithm::ecdsa_p256;
  return signs_digests ? key.sign_digest(digest) : key.sign(pae(envelope));
}

Result<Envelope> sign_envelope(std::string_view payload_type, std::string payload,
                               SigningKey& key) {
  Envelope envelope{std::string(payload_type), std::move(payload), {}};
  envelope.signatures.push_back({TRY(sign_digested(envelope, pae_digest(envelope), key)), ""});
  return envelope;
}

Result<> verify_envelope(const Envelope& envelope, const PublicKey& key) {
  std::string message = pae(envelope);
  if (std::ranges::any_of(envelope.signatures, [&](const EnvelopeSignature& signature) {
        return key.verify(message, signature.signature).has_value();
      }))
    return {};
  return fail(ErrorCode::unverified,
              fmt::format("no signature of the envelope is one of key {}", key.digest().str()));
}

std::string encode(const Envelope& envelope) {
  std::string text;
  append_encoded(text, envelope);
  return text;
}

// Written by hand: payloads are large, and base64 needs no look at its letters.
void append_encoded(std::string& out, const Envelope& envelope) {
  Json signatures = Json::array();
  for (const EnvelopeSignature& signature : envelope.signatures) {
    Json item = Json::object({{"sig", to_base64(signature.signature)}});
    if (!signature.key_id.empty()) item["keyid"] = signature.key_id;
    signatures.push_back(std::move(item));
  }
  std::string rest = fmt::format(R"(","payloadType":{},"signatures":{}}})",
                                 canonical(Json(envelope.payload_type)), canonical(signatures));
  out.reserve(out.size() + envelope.payload.size() / 3 * 4 + rest.size() + k_room_around);
  out.append(R"({"payload":")");
  for (std::string_view left = envelope.payload; !left.empty();) {
    out.append(to_base64(left.substr(0, k_base64_piece)));
    left.remove_prefix(std::min(left.size(), k_base64_piece));
  }
  out.append(rest);
}

Result<Envelope> envelope_from_json(const Json& json) {
  Envelope envelope;
  envelope.payload_type = TRY(json.get_string("payloadType"));
  envelope.payload = TRY(get_bytes(json, "payload"));
  for (const Json& item : TRY(get_items(json, "signatures", k_most_signatures)))
    envelope.signatures.push_back(
        {TRY(get_bytes(item, "sig")), TRY(item.get_string_or("keyid", ""))});
  if (envelope.signatures.empty()) return fail(ErrorCode::corrupt, "the envelope has no signature");
  return envelope;
}

Result<Envelope> parse_envelope(std::string_view text) {
  Json json = TRY_CONTEXT(parse_json(text, {.size = k_largest}), "reading an envelope");
  return envelope_from_json(json);
}

}  // namespace kiln::signing
