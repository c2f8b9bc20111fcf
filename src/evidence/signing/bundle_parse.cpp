// SPDX-License-Identifier: Apache-2.0
#include "base/strings.hpp"
#include "evidence/signing/bundle.hpp"
#include "evidence/signing/members.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr size_t k_largest = 128U << 20;
constexpr size_t k_most_entries = 8;
constexpr size_t k_most_hashes = 64;
constexpr size_t k_largest_checkpoint = 64U << 10;

// The same check for a member that may be absent.
Result<> expect_members_of(const Json& json, std::string_view member,
                           std::initializer_list<std::string_view> known) {
  const Json* found = json.find(member);
  return found == nullptr ? Result<>{} : expect_members(*found, member, known);
}

Result<Digest> get_digest(const Json& json, const MemberPath& path) {
  std::string bytes = TRY(get_bytes(json, path));
  return Digest::from_bytes(bytes);
}

Result<InclusionProof> proof_from(const Json& json) {
  TRY(expect_members(json, "an inclusion proof",
                     {"logIndex", "rootHash", "treeSize", "hashes", "checkpoint"}));
  InclusionProof proof;
  proof.log_index = TRY(get_number(json, "logIndex"));
  proof.root = TRY(get_digest(json, "rootHash"));
  proof.tree_size = TRY(get_number(json, "treeSize"));
  for (const Json& item : TRY(get_items(json, "hashes", k_most_hashes))) {
    if (!item.is_string()) return fail(ErrorCode::corrupt, "a hash of a proof is not a text");
    std::string bytes = TRY(from_base64(item.as_string()));
    proof.hashes.push_back(TRY(Digest::from_bytes(bytes)));
  }
  TRY(expect_members_of(json, "checkpoint", {"envelope"}));
  proof.checkpoint = TRY(json.get_string({"checkpoint", "envelope"}));
  if (proof.checkpoint.size() > k_largest_checkpoint)
    return fail(ErrorCode::limit, "a checkpoint in the bundle is too large");
  return proof;
}

Result<LogEntry> entry_from(const Json& json) {
  TRY(expect_members(json, "a log entry",
                     {"logIndex", "logId", "kindVersion", "integratedTime", "inclusionPromise",
                      "inclusionProof", "canonicalizedBody"}));
  TRY(expect_members_of(json, "logId", {"keyId"}));
  TRY(expect_members_of(json, "kindVersion", {"kind", "version"}));
  TRY(expect_members_of(json, "inclusionPromise", {"signedEntryTimestamp"}));
  LogEntry entry;
  entry.log_index = TRY(get_number(json, "logIndex"));
  entry.log_id = TRY(get_bytes(json, {"logId", "keyId"}));
  entry.kind.kind = TRY(json.get_string({"kindVersion", "kind"}));
  entry.kind.version = TRY(json.get_string({"kindVersion", "version"}));
  entry.integrated_time = static_cast<UnixTime>(TRY(get_number(json, "integratedTime")));
  entry.promise = TRY(get_bytes(json, {"inclusionPromise", "signedEntryTimestamp"}));
  const Json& proof = *TRY(json.get_object("inclusionProof"));
  entry.proof = TRY(proof_from(proof));
  entry.body = TRY(get_bytes(json, "canonicalizedBody"));
  return entry;
}

Result<> read_material(const Json& json, Bundle& bundle) {
  TRY(expect_members(json, "the verification material",
                     {"publicKey", "certificate", "tlogEntries", "timestampVerificationData"}));
  TRY(expect_members_of(json, "publicKey", {"hint"}));
  TRY(expect_members_of(json, "certificate", {"rawBytes"}));
  TRY(expect_members_of(json, "timestampVerificationData", {"rfc3161Timestamps"}));
  bool key = json.find("publicKey") != nullptr;
  if (key == (json.find("certificate") != nullptr))
    return fail(ErrorCode::corrupt, "the bundle must name either a key or a certificate");
  bundle.key_hint = TRY(json.get_string_or({"publicKey", "hint"}, ""));
  bundle.certificate = TRY(get_bytes(json, {"certificate", "rawBytes"}));
  if (!key && bundle.certificate.empty())
    return fail(ErrorCode::corrupt, "the bundle's certificate is empty");
  for (const Json& item : TRY(get_items(json, "tlogEntries", k_most_entries)))
    bundle.entries.push_back(TRY(entry_from(item)));
  for (const Json& item :
       TRY(get_items(json, {"timestampVerificationData", "rfc3161Timestamps"}, k_most_entries))) {
    TRY(expect_members(item, "a time stamp", {"signedTimestamp"}));
    bundle.timestamps.push_back(TRY(get_bytes(item, "signedTimestamp")));
  }
  return {};
}

Result<MessageSignature> message_signature_from(const Json& json) {
  TRY(expect_members(json, "the message signature", {"messageDigest", "signature"}));
  TRY(expect_members_of(json, "messageDigest", {"algorithm", "digest"}));
  if (TRY(json.get_string({"messageDigest", "algorithm"})) != "SHA2_256")
    return fail(ErrorCode::unsupported, "the bundle's message digest is not SHA-256");
  return MessageSignature{TRY(get_digest(json, {"messageDigest", "digest"})),
                          TRY(get_bytes(json, "signature"))};
}

Result<Envelope> envelope_from(const Json& json) {
  TRY(expect_members(json, "the envelope", {"payload", "payloadType", "signatures"}));
  Envelope envelope = TRY(envelope_from_json(json));
  if (envelope.signatures.size() != 1)
    return fail(ErrorCode::corrupt, "an envelope in a bundle has exactly one signature");
  TRY(expect_members(json.find("signatures")->as_array()[0], "a signature", {"sig", "keyid"}));
  return envelope;
}

}  // namespace

Result<Bundle> parse_bundle(std::string_view text) {
  Json json = TRY_CONTEXT(parse_json(text, {.depth = 16, .size = k_largest}), "reading a bundle");
  TRY(expect_members(json, "the bundle",
                     {"mediaType", "verificationMaterial", "dsseEnvelope", "messageSignature"}));
  std::string type = TRY(json.get_string("mediaType"));
  if (type != k_bundle_type)
    return fail(ErrorCode::unsupported,
                fmt::format("'{}' is not a type of bundle known here", printable(type, 80)));
  Bundle bundle;
  const Json& material = *TRY(json.get_object("verificationMaterial"));
  TRY(read_material(material, bundle));
  const Json* envelope = json.find("dsseEnvelope");
  const Json* message = json.find("messageSignature");
  if ((envelope == nullptr) == (message == nullptr))
    return fail(ErrorCode::corrupt, "a bundle has either an envelope or a message signature");
  if (envelope != nullptr)
    bundle.content = TRY(envelope_from(*envelope));
  else
    bundle.content = TRY(message_signature_from(*message));
  return bundle;
}

}  // namespace kiln::signing
