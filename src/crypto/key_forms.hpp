// SPDX-License-Identifier: Apache-2.0
//
// Kiln's own kinds of key in the one form that nearly everybody writes them in: the DER of such a
// key (RFC 5480, RFC 8410, RFC 5915) is fixed bytes and the key itself. OpenSSL's decoders ask
// every provider for every format first, about a millisecond a key. Included by key.cpp only.
#pragma once
#include "crypto/key.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::key_forms {

struct Key {
  KeyAlgorithm algorithm = KeyAlgorithm::ed25519;
  std::shared_ptr<evp_pkey_st> handle;
  std::string spki;  // the public key as DER
};

// A SubjectPublicKeyInfo, or an unencrypted PKCS #8 key. Nothing for other forms, other kinds of
// key, and bytes that are no key: decode those in general.
std::optional<Key> public_key(std::string_view spki);
std::optional<Key> private_key(std::string_view pkcs8);

}  // namespace kiln::key_forms
