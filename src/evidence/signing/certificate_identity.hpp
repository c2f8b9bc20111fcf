// SPDX-License-Identifier: Apache-2.0
//
// Signatures by short-lived certificates, as Fulcio issues them: the certificate names an identity
// (its alternative name) and who vouched for it (extension 1.3.6.1.4.1.57264.1.8, before it .1.1;
// fulcio, docs/oid-info.md).
#pragma once
#include "evidence/signing/trusted_root.hpp"

#include <span>
#include <string>
#include <vector>

namespace kiln::signing {

struct CertificateIdentity {
  std::vector<std::string> names;
  std::string issuer;

  bool is(std::string_view name, std::string_view by) const;
};

// What a certificate says, unchecked.
CertificateIdentity identity_of(const Certificate& certificate);

// Checks that the certificate led to an authority of the root, trusted then, at each of `times`, of
// which there must be one, and that a certificate log of the root has promised to log it, when the
// root has such logs. Fails with unverified.
Result<> verify_certificate(const Certificate& certificate, const TrustedRoot& root,
                            std::span<const UnixTime> times);

}  // namespace kiln::signing
