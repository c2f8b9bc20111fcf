// SPDX-License-Identifier: Apache-2.0
//
// The file keyring.json (docs/formats/keyring.md).
#include "base/files.hpp"
#include "base/strings.hpp"
#include "evidence/signing/keyring.hpp"
#include "evidence/signing/members.hpp"

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr int64_t k_format = 1;
constexpr size_t k_largest = 4U << 20;
constexpr size_t k_most_keys = 4096;
constexpr size_t k_longest_chain = 10;

Json to_json(const KeyEntry& entry) {
  Json json = Json::object({{"id", entry.id()},
                            {"role", str(entry.role)},
                            {"state", str(entry.state)},
                            {"algorithm", str(entry.key.algorithm())},
                            {"public_key", entry.key.pem()},
                            {"valid_from", format_rfc3339(entry.validity.from)}});
  if (entry.validity.until) json["valid_until"] = format_rfc3339(*entry.validity.until);
  if (!entry.reason.empty()) json["reason"] = entry.reason;
  if (!entry.secret.empty()) json["secret"] = entry.secret;
  if (!entry.host.empty()) json["host"] = entry.host;
  if (!entry.chain.empty()) {
    json["certificates"] = Json::array();
    for (const Certificate& certificate : entry.chain)
      json["certificates"].push_back(certificate.pem());
  }
  return json;
}

// A secret's file stays below the ring's directory.
Result<std::string> secret_from(const Json& json) {
  std::string secret = TRY(json.get_string_or("secret", ""));
  if (secret.empty() || secret.starts_with("pkcs11:")) return secret;
  std::string clean = TRY(clean_path(secret));
  if (clean == secret) return secret;
  return fail(ErrorCode::corrupt,
              fmt::format("'{}' is not a path below the key ring", printable(secret, 80)));
}

template <typename T>
Result<T> known(std::optional<T> value, std::string_view what) {
  if (value) return *value;
  return fail(ErrorCode::corrupt, fmt::format("a {} of the key ring is not known here", what));
}

Result<KeyEntry> entry_from(const Json& json) {
  TRY(expect_members(json, "a key of the key ring",
                     {"id", "role", "state", "algorithm", "public_key", "valid_from", "valid_until",
                      "reason", "secret", "host", "certificates"}));
  std::string pem = TRY(json.get_string("public_key"));
  KeyEntry entry{.key = TRY(PublicKey::from_pem(pem))};
  std::string role = TRY(json.get_string("role"));
  std::string state = TRY(json.get_string("state"));
  entry.role = TRY(known(parse_key_role(role), "role"));
  entry.state = TRY(known(parse_key_state(state), "state"));
  if (TRY(json.get_string("id")) != entry.id())
    return fail(ErrorCode::corrupt, "the id of a key in the key ring is another key's");
  std::string from = TRY(json.get_string("valid_from"));
  entry.validity.from = TRY(parse_rfc3339(from));
  entry.validity.until = TRY(get_time(json, "valid_until"));
  entry.reason = TRY(json.get_string_or("reason", ""));
  entry.secret = TRY(secret_from(json));
  entry.host = TRY(json.get_string_or("host", ""));
  for (const Json& item : TRY(get_items(json, "certificates", k_longest_chain))) {
    if (!item.is_string()) return fail(ErrorCode::corrupt, "a certificate of a key is not a text");
    entry.chain.push_back(TRY(Certificate::from_pem(item.as_string())));
  }
  return entry;
}

}  // namespace

std::string encode(const KeyRing& ring) {
  Json keys = Json::array();
  for (const KeyEntry& entry : ring.keys) keys.push_back(to_json(entry));
  return pretty(Json::object({{"format", k_format},
                              {"host", ring.host},
                              {"local", ring.local},
                              {"keys", std::move(keys)}}));
}

Result<KeyRing> parse_keyring(std::string_view text) {
  Json json = TRY_CONTEXT(parse_json(text, {.depth = 8, .size = k_largest}), "reading a key ring");
  if (TRY(json.get_int("format")) != k_format)
    return fail(ErrorCode::unsupported,
                "the key ring is of a format that this version of Kiln "
                "does not know",
                "use the version that wrote it");
  TRY(expect_members(json, "the key ring", {"format", "host", "local", "keys"}));
  KeyRing ring;
  ring.host = TRY(json.get_string("host"));
  ring.local = TRY(json.get_bool("local"));
  for (const Json& item : TRY(get_items(json, "keys", k_most_keys)))
    ring.keys.push_back(TRY(entry_from(item)));
  return ring;
}

}  // namespace kiln::signing
