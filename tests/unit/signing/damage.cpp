// SPDX-License-Identifier: Apache-2.0
#include "damage.hpp"

#include "base/bytes.hpp"
#include "data/json.hpp"
#include "evidence/signing/base64url.hpp"
#include "evidence/signing/simple_signing.hpp"
#include "installation.hpp"
#include "support/result_matchers.hpp"

#include <functional>

namespace kiln::signing::tests {

using testing::value;

namespace {

void flip(std::string& bytes, size_t at) {
  bytes.at(at) = static_cast<char>(bytes[at] ^ 1);
}

// Changes the bytes that a base64 text stands for.
std::string flipped_base64(const std::string& text, size_t at) {
  std::string bytes = value(from_base64(text));
  flip(bytes, at);
  return to_base64(bytes);
}

void edit_json(std::string& text, const std::function<void(Json&)>& edit) {
  Json json = value(parse_json(text));
  edit(json);
  text = canonical(json);
}

// The log's promise in an annotation, with each of its members changed in turn.
void damage_promise(const SignedLayer& good, std::map<std::string, SignedLayer>& bad) {
  auto change = [&](const std::string& what, const std::function<void(Json&)>& edit) {
    SignedLayer& layer = bad[what] = good;
    edit_json(layer.annotations.at(std::string(k_log_annotation)), edit);
  };
  change("promise", [](Json& json) {
    Json& promise = json["SignedEntryTimestamp"];
    promise = flipped_base64(promise.as_string(), 20);
  });
  change("entry body", [](Json& json) {
    Json& body = json["Payload"]["body"];
    body = flipped_base64(body.as_string(), 60);
  });
  change("entry index", [](Json& json) { json["Payload"]["logIndex"] = 12345; });
  change("entry time", [](Json& json) { json["Payload"]["integratedTime"] = k_start + 1; });
  change("log id", [](Json& json) {
    Json& id = json["Payload"]["logID"];
    id = std::string(id.as_string().size(), '0');
  });
}

}  // namespace

std::map<std::string, Bundle> damaged_bundles(const Bundle& good,
                                              const TimestampAuthority& stamps) {
  std::map<std::string, Bundle> bad;
  auto change = [&](const std::string& name, auto edit) { edit(bad[name] = good); };
  change("payload", [](Bundle& b) { flip(std::get<Envelope>(b.content).payload, 40); });
  change("payload type", [](Bundle& b) { std::get<Envelope>(b.content).payload_type += "x"; });
  change("signature",
         [](Bundle& b) { flip(std::get<Envelope>(b.content).signatures[0].signature, 20); });
  change("entry body", [](Bundle& b) { flip(b.entries[0].body, 60); });
  change("entry index", [](Bundle& b) {
    b.entries[0].proof.log_index ^= 1;
    b.entries[0].log_index ^= 1;
  });
  change("log id", [](Bundle& b) { flip(b.entries[0].log_id, 3); });
  change("checkpoint size", [](Bundle& b) {
    std::string& note = b.entries[0].proof.checkpoint;
    note[note.find('\n') + 1] ^= 1;
  });
  change("checkpoint root", [](Bundle& b) {
    std::string& note = b.entries[0].proof.checkpoint;
    size_t at = note.find('\n', note.find('\n') + 1) + 5;
    note[at] = note[at] == 'A' ? 'B' : 'A';
  });
  change("checkpoint origin", [](Bundle& b) { b.entries[0].proof.checkpoint[0] ^= 1; });
  if (!good.entries[0].proof.hashes.empty())
    change("proof", [](Bundle& b) { b.entries[0].proof.hashes[0] = sha256("x"); });
  if (!good.entries[0].promise.empty())
    change("promise", [](Bundle& b) { flip(b.entries[0].promise, 20); });
  change("time stamp",
         [&](Bundle& b) { b.timestamps[0] = stamps.stamp("another signature", k_now); });
  return bad;
}

std::map<std::string, SignedLayer> damaged_simple_signing(const SignedLayer& good) {
  std::map<std::string, SignedLayer> bad;
  flip((bad["payload"] = good).bytes, good.bytes.find("docker-reference") + 20);
  std::string& signature =
      (bad["signature"] = good).annotations.at(std::string(k_signature_annotation));
  signature = flipped_base64(signature, 20);
  damage_promise(good, bad);
  return bad;
}

std::map<std::string, SignedLayer> damaged_attestation(const SignedLayer& good) {
  std::map<std::string, SignedLayer> bad;
  edit_json((bad["payload"] = good).bytes, [](Json& json) {
    Json& payload = json["payload"];
    payload = flipped_base64(payload.as_string(), 40);
  });
  edit_json((bad["payload type"] = good).bytes,
            [](Json& json) { json["payloadType"] = "application/vnd.in-toto+jsonx"; });
  edit_json((bad["signature"] = good).bytes, [](Json& json) {
    Json& signature = json["signatures"].as_array()[0]["sig"];
    signature = flipped_base64(signature.as_string(), 20);
  });
  damage_promise(good, bad);
  return bad;
}

std::map<std::string, SignedLayer> damaged_notary(const SignedLayer& good) {
  std::map<std::string, SignedLayer> bad;
  auto change = [&](const std::string& what, const std::string& member, size_t at) {
    edit_json((bad[what] = good).bytes, [&](Json& json) {
      std::string bytes = value(from_base64url(json[member].as_string()));
      flip(bytes, at);
      json[member] = to_base64url(bytes);
    });
  };
  change("payload", "payload", 40);
  change("protected header", "protected", 40);
  change("signature", "signature", 20);
  edit_json((bad["certificate"] = good).bytes, [](Json& json) {
    Json& leaf = json["header"]["x5c"].as_array()[0];
    leaf = flipped_base64(leaf.as_string(), 200);
  });
  return bad;
}

}  // namespace kiln::signing::tests
