// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/key_certificates.hpp"

namespace kiln::signing {

namespace {

constexpr UnixTime k_lifetime = UnixTime{10} * 365 * 86400;

}  // namespace

std::vector<Certificate> make_chain(KeyRole role, const PublicKey& key, const std::string& host,
                                    UnixTime now) {
  bool stamps = role == KeyRole::timestamp;
  if (!stamps && role != KeyRole::notary) return {};
  std::string name = stamps ? "kiln timestamps" : "kiln notary";
  PrivateKey root_key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  Certificate root =
      make_root({host, name + " root", CertificateUse::root, now, now + k_lifetime}, root_key);
  CertificateUse use = stamps ? CertificateUse::time_stamping : CertificateUse::code_signing;
  return {issue({host, name, use, now, now + k_lifetime}, key, root, root_key), root};
}

}  // namespace kiln::signing
