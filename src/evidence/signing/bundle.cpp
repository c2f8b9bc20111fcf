// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/bundle.hpp"

#include "base/bytes.hpp"

#include <fmt/format.h>

namespace kiln::signing {

namespace {

Json to_json(const InclusionProof& proof) {
  Json hashes = Json::array();
  for (const Digest& hash : proof.hashes) hashes.push_back(to_base64(hash.bytes()));
  return Json::object({{"logIndex", std::to_string(proof.log_index)},
                       {"rootHash", to_base64(proof.root.bytes())},
                       {"treeSize", std::to_string(proof.tree_size)},
                       {"hashes", std::move(hashes)},
                       {"checkpoint", Json::object({{"envelope", proof.checkpoint}})}});
}

Json to_json(const LogEntry& entry) {
  Json json = Json::object(
      {{"logIndex", std::to_string(entry.log_index)},
       {"logId", Json::object({{"keyId", to_base64(entry.log_id)}})},
       {"kindVersion", Json::object({{"kind", entry.kind.kind}, {"version", entry.kind.version}})},
       {"integratedTime", std::to_string(entry.integrated_time)},
       {"inclusionProof", to_json(entry.proof)},
       {"canonicalizedBody", to_base64(entry.body)}});
  if (!entry.promise.empty())
    json["inclusionPromise"] = Json::object({{"signedEntryTimestamp", to_base64(entry.promise)}});
  return json;
}

Json to_json(const MessageSignature& message) {
  return Json::object(
      {{"messageDigest",
        Json::object({{"algorithm", "SHA2_256"}, {"digest", to_base64(message.digest.bytes())}})},
       {"signature", to_base64(message.signature)}});
}

Json verification_material(const Bundle& bundle) {
  Json entries = Json::array();
  for (const LogEntry& entry : bundle.entries) entries.push_back(to_json(entry));
  Json json = Json::object({{"tlogEntries", std::move(entries)}});
  if (bundle.certificate.empty())
    json["publicKey"] = Json::object({{"hint", bundle.key_hint}});
  else
    json["certificate"] = Json::object({{"rawBytes", to_base64(bundle.certificate)}});
  if (!bundle.timestamps.empty()) {
    Json stamps = Json::array();
    for (const std::string& stamp : bundle.timestamps)
      stamps.push_back(Json::object({{"signedTimestamp", to_base64(stamp)}}));
    json["timestampVerificationData"] = Json::object({{"rfc3161Timestamps", std::move(stamps)}});
  }
  return json;
}

Json all_but_content(const Bundle& bundle) {
  return Json::object(
      {{"mediaType", k_bundle_type}, {"verificationMaterial", verification_material(bundle)}});
}

}  // namespace

std::string key_hint(const PublicKey& key) {
  return to_base64(key.digest().bytes());
}

std::string encode(const Bundle& bundle) {
  if (const auto* envelope = std::get_if<Envelope>(&bundle.content))
    return encode(bundle, *envelope);
  Json json = all_but_content(bundle);
  json["messageSignature"] = to_json(std::get<MessageSignature>(bundle.content));
  return canonical(json);
}

std::string encode(const Bundle& bundle, const Envelope& envelope) {
  // "dsseEnvelope" is the first of the members in canonical order.
  std::string text = R"({"dsseEnvelope":)";
  append_encoded(text, envelope);
  return text.append(1, ',').append(canonical(all_but_content(bundle)), 1);
}

const std::string& signature_of(const Bundle& bundle) {
  if (const Envelope* envelope = std::get_if<Envelope>(&bundle.content))
    return envelope->signatures[0].signature;
  return std::get<MessageSignature>(bundle.content).signature;
}

Digest signed_digest(const Bundle& bundle) {
  if (const Envelope* envelope = std::get_if<Envelope>(&bundle.content))
    return pae_digest(*envelope);
  return std::get<MessageSignature>(bundle.content).digest;
}

}  // namespace kiln::signing
