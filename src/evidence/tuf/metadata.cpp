// SPDX-License-Identifier: Apache-2.0
#include "evidence/tuf/metadata.hpp"

#include "evidence/tuf/canonical.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace kiln::tuf {

namespace {

constexpr std::string_view k_spec_version = "1.0.31";
constexpr std::string_view k_ed25519_spki = "302a300506032b6570032100";  // before the 32 bytes
constexpr size_t k_largest_file = 1U << 20;

Json key_json(const PublicKey& key) {
  bool is_ed25519 = key.algorithm() == KeyAlgorithm::ed25519;
  return Json::object(
      {{"keytype", is_ed25519 ? "ed25519" : "ecdsa"},
       {"scheme", is_ed25519 ? "ed25519" : "ecdsa-sha2-nistp256"},
       {"keyval", Json::object({{"public", is_ed25519 ? to_hex(key.raw()) : key.pem()}})}});
}

Result<PublicKey> parse_key(const Json& json) {
  std::string type = TRY(json.get_string("keytype"));
  std::string value = TRY(json.get_string({"keyval", "public"}));
  if (type != "ed25519") return PublicKey::from_pem(value);
  std::string spki = TRY(from_hex(std::string(k_ed25519_spki) + value));
  return PublicKey::from_der(spki);
}

Result<Signers> parse_signers(const Json& part, std::string_view role) {
  const Json* keys = TRY(part.get_object("keys"));
  Signers signers;
  std::vector<std::string> ids = TRY(part.get_strings({"roles", role, "keyids"}));
  for (const std::string& id : ids) {
    const Json* key = TRY(keys->get_object(id));
    signers.keys.push_back(TRY(parse_key(*key)));
  }
  int64_t threshold = TRY(part.get_int({"roles", role, "threshold"}));
  if (threshold < 1) return fail(ErrorCode::corrupt, "a threshold is below one");
  signers.threshold = static_cast<size_t>(threshold);
  return signers;
}

bool may_sign(const Signers& signers, const PublicKey& key) {
  return std::ranges::find(signers.keys, key) != signers.keys.end();
}

}  // namespace

std::string_view str(Role role) {
  static constexpr std::array<std::string_view, 4> k_names = {"root", "targets", "snapshot",
                                                              "timestamp"};
  return k_names[static_cast<size_t>(role)];
}

Json signed_part(Role role, uint64_t version, UnixTime expires, Json members) {
  members["_type"] = str(role);
  members["spec_version"] = k_spec_version;
  members["version"] = version;
  members["expires"] = format_rfc3339(expires);
  return members;
}

Result<std::string> key_id(const PublicKey& key) {
  std::string text = TRY(olpc_canonical(key_json(key)));
  return sha256(text).hex();
}

Result<Json> Root::json() const {
  Json keys = Json::object();
  Json parts = Json::object();
  for (Role role : k_roles) {
    const Signers& signers = roles.at(role);
    Json ids = Json::array();
    for (const PublicKey& key : signers.keys) {
      std::string id = TRY(key_id(key));
      keys[id] = key_json(key);
      ids.push_back(id);
    }
    parts[str(role)] = Json::object({{"keyids", ids}, {"threshold", signers.threshold}});
  }
  return signed_part(
      Role::root, version, expires,
      Json::object({{"consistent_snapshot", true}, {"keys", keys}, {"roles", parts}}));
}

Result<Root> Root::parse(const Json& part) {
  if (TRY(part.get_string("_type")) != "root")
    return fail(ErrorCode::corrupt, "the metadata is not a TUF root");
  Root root;
  int64_t version = TRY(part.get_int("version"));
  if (version < 1) return fail(ErrorCode::corrupt, "a TUF root has a version below one");
  root.version = static_cast<uint64_t>(version);
  std::string expires = TRY(part.get_string("expires"));
  root.expires = TRY(parse_rfc3339(expires));
  for (Role role : k_roles) root.roles[role] = TRY(parse_signers(part, str(role)));
  return root;
}

Result<std::string> sign(const Json& part, std::span<const Signers> signers,
                         std::span<SigningKey* const> secrets) {
  std::string message = TRY(olpc_canonical(part));
  Json signatures = Json::array();
  std::vector<PublicKey> signed_by;
  for (SigningKey* secret : secrets) {
    const PublicKey& key = secret->public_key();
    bool wanted = std::ranges::any_of(signers, [&](const Signers& s) { return may_sign(s, key); });
    if (!wanted || std::ranges::find(signed_by, key) != signed_by.end()) continue;
    std::string id = TRY(key_id(key));
    std::string signature = TRY(secret->sign(message));
    signatures.push_back(Json::object({{"keyid", id}, {"sig", to_hex(signature)}}));
    signed_by.push_back(key);
  }
  for (const Signers& wanted : signers) {
    auto count = std::ranges::count_if(signed_by,
                                       [&](const PublicKey& key) { return may_sign(wanted, key); });
    if (static_cast<size_t>(count) < wanted.threshold)
      return fail(ErrorCode::bad_input,
                  fmt::format("{} of the keys of a TUF role must sign, and {} can",
                              wanted.threshold, count),
                  "bring the missing keys, also those that are being replaced");
  }
  return pretty(Json::object({{"signatures", signatures}, {"signed", part}}));
}

Result<Json> open_unverified(std::string_view file) {
  Json json = TRY(parse_json(file, {.depth = 32, .size = k_largest_file}));
  const Json* part = TRY(json.get_object("signed"));
  return *part;
}

Result<Json> open(std::string_view file, const Signers& signers) {
  Json json = TRY(parse_json(file, {.depth = 32, .size = k_largest_file}));
  const Json* part = TRY(json.get_object("signed"));
  std::string message = TRY(olpc_canonical(*part));
  const Json::Array* signatures = TRY(json.get_array("signatures"));
  std::set<std::string> good;
  for (const Json& signature : *signatures) {
    std::string id = TRY(signature.get_string("keyid"));
    std::string hex = TRY(signature.get_string("sig"));
    std::string bytes = TRY(from_hex(hex));
    for (const PublicKey& key : signers.keys)
      if (TRY(key_id(key)) == id && key.verify(message, bytes)) good.insert(id);
  }
  if (good.size() < signers.threshold)
    return fail(ErrorCode::unverified, fmt::format("the TUF metadata is signed by {} of {} keys",
                                                   good.size(), signers.threshold));
  return *part;
}

}  // namespace kiln::tuf
