// SPDX-License-Identifier: Apache-2.0
//
// All that signs, made anew in a directory of its own: keys, both logs, a time stamp authority, a
// Notary key, and the trusted root of it all.
#pragma once
#include "base/files.hpp"
#include "evidence/signing/bundle.hpp"
#include "evidence/signing/signer.hpp"
#include "evidence/signing/trusted_root.hpp"
#include "evidence/signing/verify_bundle.hpp"

#include <optional>

namespace kiln::signing::tests {

inline constexpr UnixTime k_start = 1'780'000'000;
inline constexpr UnixTime k_now = k_start + 1000;
inline constexpr UnixTime k_end = k_start + 10 * 365 * 86400;
inline const std::string k_host = "log.example.org";
inline const std::string k_rekor_host = "rekor.example.org";

class Installation {
 public:
  Installation();

  // Signs with all that is there.
  SigningContext context();
  BundleTrust trust() const;

  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  PrivateKey log_key = PrivateKey::generate(KeyAlgorithm::ed25519);
  PrivateKey rekor_key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  PrivateKey notary_secret = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  std::vector<Certificate> notary_chain;
  TrustedRoot root;
  FixedClock clock{k_now};
  std::optional<tlog::Log> log;
  std::optional<TimestampAuthority> authority;

 private:
  TemporaryDirectory directory_;
  std::optional<tlog::Log> rekor_;
  std::optional<RekorLog> rekor_log_;
  std::optional<NotaryKey> notary_;
};

// A platform manifest as a layout would hold it, and an SBOM-like statement about it.
oci::Descriptor a_manifest();
EncodedStatement a_statement(const Digest& subject);

// The bundles among the objects, read back.
std::vector<Bundle> bundles_of(const SignedObjects& made, Form form = Form::bundle);
// The bytes of an object's first layer.
std::string layer_of(const SignedObjects& made, const SignedObject& object);

}  // namespace kiln::signing::tests
