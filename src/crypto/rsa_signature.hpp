// SPDX-License-Identifier: Apache-2.0
//
// RSA signatures with PKCS #1 v1.5 padding (RFC 8017 8.2), as Alpine's indexes have them.
#pragma once
#include "base/result.hpp"
#include "crypto/digest.hpp"

#include <string_view>

namespace kiln {

// Checks a signature over `message` hashed by sha1 or sha256 with a public key in PEM form (RFC
// 5280 4.1). Fails with unverified when it is not that key's, corrupt when there is no RSA key of
// 2048 bits or more.
Result<> verify_rsa(std::string_view key_pem, HashAlgorithm hash, std::string_view message,
                    std::string_view signature);

// Fails with corrupt unless verify_rsa() can use the key.
Result<> check_rsa_key(std::string_view key_pem);

}  // namespace kiln
