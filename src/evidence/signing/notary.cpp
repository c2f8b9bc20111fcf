// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/notary.hpp"

#include "base/strings.hpp"
#include "crypto/ecdsa_signature.hpp"
#include "crypto/signature_scheme.hpp"
#include "evidence/signing/base64url.hpp"
#include "evidence/signing/members.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr std::string_view k_payload_type = "application/vnd.cncf.notary.payload.v1+json";
constexpr std::string_view k_scheme_name = "io.cncf.notary.signingScheme";
constexpr std::string_view k_time_name = "io.cncf.notary.signingTime";
constexpr std::string_view k_expiry_name = "io.cncf.notary.expiry";
constexpr std::string_view k_agent_name = "io.cncf.notary.signingAgent";
constexpr size_t k_largest = 256U << 10;
constexpr size_t k_longest_chain = 10;

std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::unverified, std::move(message));
}

// The algorithms of notaryproject/specifications, signature-specification.md, but for P-521.
struct JwsAlgorithm {
  std::string_view name;
  SignatureScheme scheme;
};
constexpr std::array k_algorithms = {JwsAlgorithm{"ES256", SignatureScheme::ecdsa_sha256},
                                     JwsAlgorithm{"ES384", SignatureScheme::ecdsa_sha384},
                                     JwsAlgorithm{"PS256", SignatureScheme::rsa_pss_sha256},
                                     JwsAlgorithm{"PS384", SignatureScheme::rsa_pss_sha384},
                                     JwsAlgorithm{"PS512", SignatureScheme::rsa_pss_sha512}};

Json payload_json(const oci::Descriptor& target) {
  return Json::object({{"targetArtifact", Json::object({{"mediaType", target.media_type},
                                                        {"digest", target.digest.str()},
                                                        {"size", target.size}})}});
}

Json protected_header(UnixTime now) {
  return Json::object({{"alg", "ES256"},
                       {"cty", k_payload_type},
                       {"crit", Json::array({k_scheme_name})},
                       {std::string(k_scheme_name), "notary.x509"},
                       {std::string(k_time_name), format_rfc3339(now)}});
}

Result<Json> decoded_json(const Json& jws, std::string_view member) {
  std::string text = TRY(jws.get_string(member));
  std::string bytes = TRY(from_base64url(text));
  return parse_json(bytes, {.depth = 8, .size = k_largest});
}

// What of the protected header is not as we make or understand it decides: a critical member that
// is not known must be refused (RFC 7515 section 4.1.11).
Result<> check_header(const Json& header) {
  if (TRY(header.get_string("cty")) != k_payload_type ||
      TRY(header.get_string({k_scheme_name})) != "notary.x509")
    return fail(ErrorCode::unsupported, "the Notary signature is of another type or scheme");
  for (const std::string& name : TRY(header.get_strings("crit")))
    if (name != k_scheme_name && name != k_expiry_name)
      return fail(ErrorCode::unsupported,
                  fmt::format("the Notary signature needs '{}', which is not known here",
                              printable(name, 60)));
  return {};
}

Result<std::vector<Certificate>> chain_of(const Json& jws) {
  std::vector<Certificate> chain;
  for (const Json& item : TRY(get_items(jws, {"header", "x5c"}, k_longest_chain))) {
    if (!item.is_string()) return fail(ErrorCode::corrupt, "a certificate of the JWS is no text");
    std::string der = TRY(from_base64(item.as_string()));
    chain.push_back(TRY(Certificate::from_der(der)));
  }
  if (chain.empty()) return fail(ErrorCode::corrupt, "the JWS has no certificates");
  return chain;
}

Result<SignatureScheme> scheme_of(const Json& header) {
  std::string name = TRY(header.get_string("alg"));
  for (const JwsAlgorithm& algorithm : k_algorithms)
    if (algorithm.name == name) return algorithm.scheme;
  return fail(ErrorCode::unsupported,
              fmt::format("Notary signatures by {} are not known here", printable(name, 40)));
}

Result<> check_signature(const Json& jws, const PublicKey& key, SignatureScheme scheme) {
  std::string input = TRY(jws.get_string("protected")) + "." + TRY(jws.get_string("payload"));
  std::string text = TRY(jws.get_string("signature"));
  std::string raw = TRY(from_base64url(text));
  bool is_rsa = key.algorithm() == KeyAlgorithm::rsa;
  std::string signature = is_rsa ? raw : TRY(ecdsa_raw_to_der(raw));
  if (!fits(key.handle(), scheme, input, signature))
    return refuse("the Notary signature is not by the key of its certificate");
  return {};
}

}  // namespace

Result<std::string> sign_notary(const oci::Descriptor& target, SigningKey& key,
                                std::span<const Certificate> chain, UnixTime now) {
  std::string payload = to_base64url(canonical(payload_json(target)));
  std::string header = to_base64url(canonical(protected_header(now)));
  std::string der = TRY(key.sign(header + "." + payload));
  std::string raw = TRY(ecdsa_der_to_raw(der));
  Json certificates = Json::array();
  for (const Certificate& certificate : chain) certificates.push_back(to_base64(certificate.der()));
  return canonical(Json::object({{"payload", payload},
                                 {"protected", header},
                                 {"header", Json::object({{"x5c", std::move(certificates)},
                                                          {std::string(k_agent_name), "kiln"}})},
                                 {"signature", to_base64url(raw)}}));
}

std::string thumbprints(std::span<const Certificate> chain) {
  Json list = Json::array();
  for (const Certificate& certificate : chain) list.push_back(certificate.digest().hex());
  return canonical(list);
}

Result<std::vector<Certificate>> notary_chain(std::string_view text) {
  Json jws = TRY_CONTEXT(parse_json(text, {.depth = 8, .size = k_largest}), "reading a JWS");
  return chain_of(jws);
}

bool leads_to(std::span<const Certificate> chain, std::span<const Certificate> roots) {
  return std::ranges::any_of(roots, [&](const Certificate& root) {
    return root.der() == chain.back().der() || root.subject() == chain.back().issuer();
  });
}

Result<NotarySignature> verify_notary(std::string_view text, const oci::Descriptor& target,
                                      std::span<const Certificate> roots, UnixTime now) {
  Json jws = TRY_CONTEXT(parse_json(text, {.depth = 8, .size = k_largest}), "reading a JWS");
  TRY(expect_members(jws, "the JWS", {"payload", "protected", "header", "signature"}));
  Json header = TRY(decoded_json(jws, "protected"));
  TRY(check_header(header));
  std::string said = TRY(header.get_string({k_time_name}));
  UnixTime time = TRY(parse_rfc3339(said));
  if (std::optional<UnixTime> expiry = TRY(get_time(header, {k_expiry_name}));
      expiry && now > *expiry)
    return refuse(fmt::format("the Notary signature expired at {}", format_rfc3339(*expiry)));
  std::vector<Certificate> chain = TRY(chain_of(jws));
  for (UnixTime moment : {time, now})
    TRY(verify_chain(chain, roots, CertificateUse::code_signing, moment));
  PublicKey key = TRY(chain[0].anyones_public_key());
  SignatureScheme scheme = TRY(scheme_of(header));
  TRY(check_signature(jws, key, scheme));
  Json payload = TRY(decoded_json(jws, "payload"));
  if (payload.find("targetArtifact") == nullptr ||
      TRY(payload.get_string({"targetArtifact", "digest"})) != target.digest.str() ||
      TRY(get_number(payload, {"targetArtifact", "size"})) != target.size ||
      TRY(payload.get_string({"targetArtifact", "mediaType"})) != target.media_type)
    return refuse(fmt::format("the Notary signature is not for {}", target.digest.str()));
  return NotarySignature{chain[0].subject(), time};
}

}  // namespace kiln::signing
