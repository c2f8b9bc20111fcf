// SPDX-License-Identifier: Apache-2.0
//
// Notary Project signatures (notaryproject/specifications, signature-envelope-jws.md): a JWS in its
// JSON form with detached trust by X.509. The key's chain travels in the header; the verifier knows
// the root. Scheme notary.x509; we sign with ES256 and read ES256, ES384, PS256, PS384 and PS512.
//
//   {"payload":b64url({"targetArtifact":DESCRIPTOR}),"protected":b64url(HEADER),
//    "header":{"x5c":[base64 leaf ... root],"io.cncf.notary.signingAgent":TEXT},
//    "signature":b64url(r s)}
#pragma once
#include "base/time.hpp"
#include "crypto/certificate.hpp"
#include "oci/descriptor.hpp"

#include <span>
#include <string>
#include <string_view>

namespace kiln::signing {

inline constexpr std::string_view k_notary_type = "application/vnd.cncf.notary.signature";
inline constexpr std::string_view k_jws_type = "application/jose+json";

// Signs a descriptor's media type, digest and size. `chain` is the key's certificate for code
// signing and those above it; the key must be P-256.
Result<std::string> sign_notary(const oci::Descriptor& target, SigningKey& key,
                                std::span<const Certificate> chain, UnixTime now);

// Value of the annotation io.cncf.notary.x509chain.thumbprint#S256 of a signature's manifest.
std::string thumbprints(std::span<const Certificate> chain);

// The certificates that a signature brings, leaf first. Fails with corrupt or limit.
Result<std::vector<Certificate>> notary_chain(std::string_view jws);

// Whether a chain names one of the roots as its last certificate, or as the issuer of that: who is
// said to have vouched for the signer, which verify_notary then checks.
bool leads_to(std::span<const Certificate> chain, std::span<const Certificate> roots);

struct NotarySignature {
  std::string signer;  // subject of the leaf
  UnixTime time = 0;   // as the signer says
};

// Checks the signature, the chain up to one of `roots`, expiry, and that it is for this manifest.
// The signing time is the signer's own word, so the chain must be valid then and now. Fails with
// corrupt, unsupported or unverified. Revocation of certificates is not asked for.
Result<NotarySignature> verify_notary(std::string_view jws, const oci::Descriptor& target,
                                      std::span<const Certificate> roots, UnixTime now);

}  // namespace kiln::signing
