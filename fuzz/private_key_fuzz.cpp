// SPDX-License-Identifier: Apache-2.0
//
// Keys, encrypted or not, certificates, and URIs of keys on tokens: whatever is taken is written
// back as the same.
#include "crypto/certificate.hpp"
#include "crypto/encrypted_key.hpp"
#include "crypto/pem.hpp"
#include "crypto/pkcs11_uri.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  if (auto key = kiln::PublicKey::from_der(text)) ASSERT(key->der() == text);
  if (auto key = kiln::PublicKey::from_pem(text))
    ASSERT(*kiln::PublicKey::from_pem(key->pem()) == *key);
  if (auto key = kiln::PrivateKey::from_der(text))
    ASSERT(kiln::PrivateKey::from_der(key->der())->public_key() == key->public_key());
  if (auto certificate = kiln::Certificate::from_der(text)) {
    (void)certificate->subject();
    (void)certificate->public_key();
    ASSERT(certificate->not_before() == certificate->not_before());
  }
  (void)kiln::decrypt_key(text, "");
  (void)kiln::decrypt_key(kiln::write_pem("ENCRYPTED SIGSTORE PRIVATE KEY", text), "");
  (void)kiln::Pkcs11Uri::parse(text);
  return 0;
}
