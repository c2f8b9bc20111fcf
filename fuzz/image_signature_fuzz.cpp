// SPDX-License-Identifier: Apache-2.0
//
// The older forms of an image's signature, simple signing and Notary's JWS, and time stamps: none
// of any bytes is accepted without the key.
#include "crypto/timestamp.hpp"
#include "evidence/signing/notary.hpp"
#include "evidence/signing/simple_signing.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view text(reinterpret_cast<const char*>(data), size);
  static const kiln::PrivateKey key = kiln::PrivateKey::generate(kiln::KeyAlgorithm::ecdsa_p256);
  static const std::vector<kiln::Certificate> roots = {
      kiln::make_root({"fuzz", "root", kiln::CertificateUse::root, 0, 4'000'000'000}, key)};
  if (auto document = kiln::signing::parse_simple_signing(text)) {
    auto again = kiln::signing::parse_simple_signing(kiln::signing::encode(*document));
    ASSERT(again && *again == *document);
  }
  kiln::oci::Descriptor target = kiln::oci::describe("application/json", "{}");
  ASSERT(!kiln::signing::verify_notary(text, target, roots, 1'800'000'000));
  ASSERT(!kiln::verify_timestamp(text, "a signature", roots));
  return 0;
}
