// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/certificate_identity.hpp"

#include "crypto/certificate_log.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr const char* k_issuer_oid = "1.3.6.1.4.1.57264.1.8";
constexpr const char* k_old_issuer_oid = "1.3.6.1.4.1.57264.1.1";
constexpr char k_utf8_string = 0x0c;

// A short DER UTF8String's text; empty for anything else.
std::string utf8_string(const std::string& der) {
  bool is_short = der.size() >= 2 && der[0] == k_utf8_string && (der[1] & 0x80) == 0 &&
                  static_cast<size_t>(der[1]) == der.size() - 2;
  return is_short ? der.substr(2) : std::string();
}

bool trusted_at_all(const Validity& validity, std::span<const UnixTime> times) {
  return std::ranges::all_of(times, [&](UnixTime time) { return validity.contains(time); });
}

Result<> verify_by(const Certificate& certificate, const TrustedAuthority& authority,
                   const TrustedRoot& root, std::span<const UnixTime> times) {
  if (authority.chain.empty() || !trusted_at_all(authority.validity, times))
    return fail(ErrorCode::unverified, "no certificate authority was trusted at that time");
  std::vector<Certificate> chain = {certificate};
  chain.insert(chain.end(), authority.chain.begin(), authority.chain.end() - 1);
  std::span<const Certificate> top(&authority.chain.back(), 1);
  for (UnixTime time : times) TRY(verify_chain(chain, top, CertificateUse::code_signing, time));
  std::vector<PublicKey> logs;
  for (const TrustedLog& log : root.certificate_logs)
    if (trusted_at_all(log.validity, times)) logs.push_back(log.key);
  if (root.certificate_logs.empty()) return {};
  return verify_logged(certificate, authority.chain[0], logs);
}

}  // namespace

bool CertificateIdentity::is(std::string_view name, std::string_view by) const {
  return issuer == by && std::ranges::find(names, name) != names.end();
}

CertificateIdentity identity_of(const Certificate& certificate) {
  CertificateIdentity identity{certificate.alternative_names(), ""};
  if (auto issuer = certificate.extension(k_issuer_oid))
    identity.issuer = utf8_string(*issuer);
  else if (auto old = certificate.extension(k_old_issuer_oid))
    identity.issuer = *old;
  return identity;
}

Result<> verify_certificate(const Certificate& certificate, const TrustedRoot& root,
                            std::span<const UnixTime> times) {
  if (times.empty())
    return fail(ErrorCode::unverified, "nothing proves when the certificate was used");
  Error last{ErrorCode::unverified, "the trusted root has no certificate authority", {}, {}};
  for (const TrustedAuthority& authority : root.certificate_authorities) {
    Result<> verified = verify_by(certificate, authority, root, times);
    if (verified) return {};
    last = std::move(verified).error();
  }
  return std::unexpected(std::move(last));
}

}  // namespace kiln::signing
