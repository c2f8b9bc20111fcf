// SPDX-License-Identifier: Apache-2.0
//
// Certificates as bundles bring them: what they say, and the promises of logs inside them.
#include "crypto/certificate_log.hpp"
#include "evidence/signing/certificate_identity.hpp"

#include <array>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto certificate = kiln::Certificate::from_der(bytes);
  if (!certificate) return 0;
  (void)kiln::signing::identity_of(*certificate);
  static const std::array k_logs = {
      kiln::PrivateKey::generate(kiln::KeyAlgorithm::ecdsa_p256).public_key()};
  if (kiln::verify_logged(*certificate, *certificate, k_logs)) __builtin_trap();
  return 0;
}
