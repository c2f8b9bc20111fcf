// SPDX-License-Identifier: Apache-2.0
#include "crypto/ecdsa_signature.hpp"

#include "crypto/openssl.hpp"

#include <openssl/bn.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>

namespace kiln {

namespace {

constexpr int k_half = 32;      // bytes of r and of s
constexpr int k_half_384 = 48;  // the same of P-384
using Parts = openssl::Owned<ECDSA_SIG, ECDSA_SIG_free>;

}  // namespace

Result<std::string> ecdsa_der_to_raw(std::string_view der) {
  Parts parts = openssl::decoded<ECDSA_SIG, ECDSA_SIG_free>(der, d2i_ECDSA_SIG);
  ERR_clear_error();
  std::string raw(2UL * k_half, '\0');
  auto* bytes = reinterpret_cast<unsigned char*>(raw.data());
  if (!parts || BN_is_negative(ECDSA_SIG_get0_r(parts.get())) == 1 ||
      BN_is_negative(ECDSA_SIG_get0_s(parts.get())) == 1 ||
      BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), bytes, k_half) != k_half ||
      BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), bytes + k_half, k_half) != k_half)
    return fail(ErrorCode::corrupt, "these bytes are not the DER of a P-256 signature");
  return raw;
}

Result<std::string> ecdsa_raw_to_der(std::string_view raw) {
  if (raw.size() != 2UL * k_half && raw.size() != 2UL * k_half_384)
    return fail(ErrorCode::corrupt, "a signature of r and s has 64 bytes, or 96 for P-384");
  int half = static_cast<int>(raw.size() / 2);
  Parts parts(ECDSA_SIG_new());
  BIGNUM* r = BN_bin2bn(openssl::data(raw), half, nullptr);
  BIGNUM* s = BN_bin2bn(openssl::data(raw) + half, half, nullptr);
  ASSERT(parts && r != nullptr && s != nullptr && ECDSA_SIG_set0(parts.get(), r, s) == 1);
  return openssl::encoded([&](unsigned char** out) { return i2d_ECDSA_SIG(parts.get(), out); });
}

}  // namespace kiln
