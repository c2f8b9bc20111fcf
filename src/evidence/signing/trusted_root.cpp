// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/trusted_root.hpp"

#include "base/strings.hpp"
#include "evidence/signing/log_entry.hpp"
#include "evidence/signing/members.hpp"

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr size_t k_largest = 4U << 20;
constexpr size_t k_most = 256;

Json to_json(const Validity& validity) {
  Json json = Json::object({{"start", format_rfc3339(validity.from)}});
  if (validity.until) json["end"] = format_rfc3339(*validity.until);
  return json;
}

Json to_json(const TrustedLog& log) {
  return Json::object({{"baseUrl", log.base_url},
                       {"hashAlgorithm", "SHA2_256"},
                       {"publicKey", Json::object({{"rawBytes", to_base64(log.key.der())},
                                                   {"keyDetails", key_details(log.key.algorithm())},
                                                   {"validFor", to_json(log.validity)}})},
                       {"logId", Json::object({{"keyId", to_base64(log.log_id)}})}});
}

Json to_json(const TrustedAuthority& authority) {
  Json certificates = Json::array();
  for (const Certificate& certificate : authority.chain)
    certificates.push_back(Json::object({{"rawBytes", to_base64(certificate.der())}}));
  return Json::object({{"subject", Json::object({{"organization", authority.organization},
                                                 {"commonName", authority.common_name}})},
                       {"uri", authority.uri},
                       {"certChain", Json::object({{"certificates", std::move(certificates)}})},
                       {"validFor", to_json(authority.validity)}});
}

template <typename T>
Json list_json(const std::vector<T>& items) {
  Json list = Json::array();
  for (const T& item : items) list.push_back(to_json(item));
  return list;
}

Result<Validity> validity_from(const Json& json, std::string_view key) {
  Validity validity;
  std::optional<UnixTime> from = TRY(get_time(json, {key, "start"}));
  if (!from) return fail(ErrorCode::corrupt, "an entry of the trusted root has no start time");
  validity.from = *from;
  validity.until = TRY(get_time(json, {key, "end"}));
  return validity;
}

// None when the key's algorithm is not known here.
Result<std::optional<TrustedLog>> log_from(const Json& json) {
  const Json& key_json = *TRY(json.get_object("publicKey"));
  std::string der = TRY(get_bytes(key_json, "rawBytes"));
  Result<PublicKey> key = PublicKey::from_der(der);
  if (!key && key.error().code == ErrorCode::unsupported) return std::nullopt;
  TrustedLog log{TRY(json.get_string("baseUrl")), TRY(std::move(key)),
                 TRY(get_bytes(json, {"logId", "keyId"})),
                 TRY(validity_from(key_json, "validFor"))};
  return log;
}

Result<TrustedAuthority> authority_from(const Json& json) {
  TrustedAuthority authority;
  authority.organization = TRY(json.get_string_or({"subject", "organization"}, ""));
  authority.common_name = TRY(json.get_string_or({"subject", "commonName"}, ""));
  authority.uri = TRY(json.get_string_or("uri", ""));
  for (const Json& item : TRY(get_items(json, {"certChain", "certificates"}, 10))) {
    std::string der = TRY(get_bytes(item, "rawBytes"));
    authority.chain.push_back(TRY(Certificate::from_der(der)));
  }
  if (authority.chain.empty())
    return fail(ErrorCode::corrupt, "an authority of the trusted root has no certificate");
  authority.validity = TRY(validity_from(json, "validFor"));
  return authority;
}

Result<std::vector<TrustedLog>> logs_from(const Json& json, std::string_view member) {
  std::vector<TrustedLog> logs;
  for (const Json& item : TRY(get_items(json, member, k_most)))
    if (std::optional<TrustedLog> log = TRY(log_from(item))) logs.push_back(std::move(*log));
  return logs;
}

Result<std::vector<TrustedAuthority>> authorities_from(const Json& json, std::string_view member) {
  std::vector<TrustedAuthority> authorities;
  for (const Json& item : TRY(get_items(json, member, k_most)))
    authorities.push_back(TRY(authority_from(item)));
  return authorities;
}

}  // namespace

std::string TrustedLog::host() const {
  std::string_view rest = base_url;
  if (size_t scheme = rest.find("://"); scheme != std::string_view::npos)
    rest.remove_prefix(scheme + 3);
  return std::string(rest.substr(0, rest.find_first_of("/:")));
}

std::string log_id(std::string_view host, const PublicKey& key) {
  if (key.algorithm() == KeyAlgorithm::ecdsa_p256) return std::string(key.digest().bytes());
  return std::string(sha256(fmt::format("{}\n\x01{}", host, key.raw())).bytes());
}

std::string encode(const TrustedRoot& root) {
  return pretty(Json::object({{"mediaType", k_trusted_root_type},
                              {"tlogs", list_json(root.logs)},
                              {"certificateAuthorities", list_json(root.certificate_authorities)},
                              {"ctlogs", list_json(root.certificate_logs)},
                              {"timestampAuthorities", list_json(root.timestamp_authorities)}}));
}

Result<TrustedRoot> parse_trusted_root(std::string_view text) {
  Json json =
      TRY_CONTEXT(parse_json(text, {.depth = 16, .size = k_largest}), "reading a trusted root");
  std::string type = TRY(json.get_string("mediaType"));
  if (type != k_trusted_root_type && type != "application/vnd.dev.sigstore.trustedroot.v0.2+json")
    return fail(ErrorCode::unsupported,
                fmt::format("'{}' is not a trusted root's media type", printable(type, 80)));
  TrustedRoot root;
  root.logs = TRY(logs_from(json, "tlogs"));
  root.certificate_authorities = TRY(authorities_from(json, "certificateAuthorities"));
  root.certificate_logs = TRY(logs_from(json, "ctlogs"));
  root.timestamp_authorities = TRY(authorities_from(json, "timestampAuthorities"));
  return root;
}

}  // namespace kiln::signing
