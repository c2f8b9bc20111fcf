// SPDX-License-Identifier: Apache-2.0
//
// X.509 certificates (RFC 5280) as far as signatures need them: the small chains that Kiln makes
// (a root of its own, and below it one leaf for code signing as Notary wants it, or for time
// stamps), and the check of such chains, Kiln's or anyone's.
#pragma once
#include "base/time.hpp"
#include "crypto/key.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct x509_st;

namespace kiln {

class Certificate {
 public:
  // One certificate, with nothing after it; corrupt for anything else.
  static Result<Certificate> from_der(std::string_view der);
  static Result<Certificate> from_pem(std::string_view pem);

  const std::string& der() const { return der_; }
  std::string pem() const;
  Digest digest() const { return sha256(der_); }
  // The subject as RFC 2253 writes it: "CN=kiln notary,O=kiln".
  std::string subject() const;
  // The subject of the certificate above it, in the same form.
  std::string issuer() const;
  // The first and the last second in which the certificate is valid.
  UnixTime not_before() const;
  UnixTime not_after() const;
  // What it is for besides its subject: URIs and e-mail addresses (RFC 5280 4.2.1.6).
  std::vector<std::string> alternative_names() const;
  // The bytes in an extension, by its number: "1.3.6.1.4.1.57264.1.8"; nothing without it.
  std::optional<std::string> extension(const std::string& oid) const;
  // unsupported when the key is not of an algorithm of PublicKey::from_der, or anyones_from_der.
  Result<PublicKey> public_key() const;
  Result<PublicKey> anyones_public_key() const;

  x509_st* handle() const { return certificate_.get(); }

 private:
  friend Result<Certificate> certificate_of(std::shared_ptr<x509_st> made);
  Certificate() = default;
  std::shared_ptr<x509_st> certificate_;
  std::string der_;
};

// Every certificate of a PEM text, in its order.
Result<std::vector<Certificate>> certificates_from_pem(std::string_view pem);

enum class CertificateUse { root, code_signing, time_stamping };

struct CertificateRequest {
  std::string organization;
  std::string common_name;
  CertificateUse use = CertificateUse::root;
  UnixTime not_before = 0;
  UnixTime not_after = 0;
};

// A root, signed by its own key.
Certificate make_root(const CertificateRequest& request, const PrivateKey& key);
// A leaf for `subject`, signed by the root's key.
Certificate issue(const CertificateRequest& request, const PublicKey& subject,
                  const Certificate& issuer, const PrivateKey& issuer_key);

// Checks that `chain` (leaf first) leads to one of `roots` and that the leaf may be used so, all as
// of one moment. Fails with unverified.
Result<> verify_chain(std::span<const Certificate> chain, std::span<const Certificate> roots,
                      CertificateUse use, UnixTime at);

}  // namespace kiln
