// SPDX-License-Identifier: Apache-2.0
//
// Ways to sign that others use, each a hash and a padding: which of them a key may have been used
// with is not said by cosign's signatures, while a JWS names its own (RFC 7518 3.1).
#pragma once
#include "crypto/key.hpp"

#include <span>
#include <string_view>

namespace kiln {

enum class SignatureScheme {
  ecdsa_sha256,
  ecdsa_sha384,
  rsa_pkcs1_sha256,
  rsa_pss_sha256,
  rsa_pss_sha384,
  rsa_pss_sha512,
};

// What cosign makes with a key of this algorithm, the usual one first.
std::span<const SignatureScheme> schemes_of(KeyAlgorithm algorithm);

// Whether `signature` is the key's over `message`, made in this way; ECDSA's in DER. False for a
// key that the scheme is not for.
bool fits(evp_pkey_st* key, SignatureScheme scheme, std::string_view message,
          std::string_view signature);

}  // namespace kiln
