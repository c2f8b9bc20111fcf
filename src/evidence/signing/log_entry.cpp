// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/log_entry.hpp"

#include "base/bytes.hpp"

namespace kiln::signing {

const EntryKind k_hashedrekord_v2{"hashedrekord", "0.0.2"};
const EntryKind k_hashedrekord_v1{"hashedrekord", "0.0.1"};
const EntryKind k_dsse_v1{"dsse", "0.0.1"};

namespace {

std::string body(const EntryKind& kind, Json spec) {
  return canonical(
      Json::object({{"apiVersion", kind.version}, {"kind", kind.kind}, {"spec", std::move(spec)}}));
}

Json sha256_json(std::string_view hex) {
  return Json::object({{"algorithm", "sha256"}, {"value", hex}});
}

}  // namespace

std::string_view key_details(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::ed25519 ? "PKIX_ED25519" : "PKIX_ECDSA_P256_SHA_256";
}

Json EntrySigner::rekor_v2() const {
  Json raw = Json::object({{"rawBytes", to_base64(der_)}});
  return Json::object({{"keyDetails", key_details(algorithm_)},
                       {by_certificate_ ? "x509Certificate" : "publicKey", std::move(raw)}});
}

std::string hashedrekord_v2_body(const Digest& digest, std::string_view signature,
                                 const EntrySigner& signer) {
  Json record = Json::object(
      {{"data", Json::object({{"algorithm", "SHA2_256"}, {"digest", to_base64(digest.bytes())}})},
       {"signature",
        Json::object({{"content", to_base64(signature)}, {"verifier", signer.rekor_v2()}})}});
  return body(k_hashedrekord_v2, Json::object({{"hashedRekordV002", std::move(record)}}));
}

std::string hashedrekord_v1_body(const Digest& digest, std::string_view signature,
                                 const EntrySigner& signer) {
  return body(
      k_hashedrekord_v1,
      Json::object(
          {{"data", Json::object({{"hash", sha256_json(digest.hex())}})},
           {"signature",
            Json::object({{"content", to_base64(signature)},
                          {"publicKey", Json::object({{"content", to_base64(signer.pem())}})}})}}));
}

std::string dsse_v1_body(const Envelope& envelope, const EntrySigner& signer) {
  Json signature = Json::object({{"signature", to_base64(envelope.signatures[0].signature)},
                                 {"verifier", to_base64(signer.pem())}});
  return body(k_dsse_v1,
              Json::object({{"envelopeHash", sha256_json(sha256(encode(envelope)).hex())},
                            {"payloadHash", sha256_json(sha256(envelope.payload).hex())},
                            {"signatures", Json::array({std::move(signature)})}}));
}

Result<> check_dsse_v1_body(std::string_view given, const Envelope& envelope,
                            const EntrySigner& signer) {
  Json expected = TRY(parse_json(dsse_v1_body(envelope, signer)));
  Json found = TRY(parse_json(given, {.depth = 8, .size = 1U << 20}));
  if (found.find({"spec", "envelopeHash"}) != nullptr)
    found["spec"]["envelopeHash"] = expected["spec"]["envelopeHash"];
  if (found == expected) return {};
  return fail(ErrorCode::unverified, "the log's entry is about another signature");
}

std::string entry_promise_text(std::string_view entry_body, uint64_t integrated_time,
                               std::string_view log_id, uint64_t log_index) {
  return canonical(Json::object({{"body", to_base64(entry_body)},
                                 {"integratedTime", integrated_time},
                                 {"logID", to_hex(log_id)},
                                 {"logIndex", log_index}}));
}

}  // namespace kiln::signing
