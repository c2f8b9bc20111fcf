// SPDX-License-Identifier: Apache-2.0
//
// Private keys encrypted with a password, in the file format of cosign:
//
//   block      = PEM "ENCRYPTED SIGSTORE PRIVATE KEY" (older: "ENCRYPTED COSIGN PRIVATE KEY") of
//   {"kdf":{"name":"scrypt","params":{"N":N,"r":8,"p":1},"salt":base64(32 bytes)},
//    "cipher":{"name":"nacl/secretbox","nonce":base64(24 bytes)},"ciphertext":base64}
//
// The key of the secretbox (XSalsa20-Poly1305) is scrypt(password, salt), its text a PKCS #8 DER.
#pragma once
#include "crypto/key.hpp"

#include <string>
#include <string_view>

namespace kiln {

// Whether a text is such a block, of either name.
bool is_encrypted_key(std::string_view pem);

// Encrypts with N = 65536, as cosign does.
std::string encrypt_key(const PrivateKey& key, std::string_view password);

// Fails with unverified when the password is wrong, with corrupt on another format, with
// unsupported on other algorithms or costs than N 32768, 65536 or 131072, r 8, p 1, which would let
// a hostile file ask for any amount of memory.
Result<PrivateKey> decrypt_key(std::string_view pem, std::string_view password);

}  // namespace kiln
