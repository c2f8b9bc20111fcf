// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_forms.hpp"

#include "crypto/openssl.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

namespace kiln::key_forms {

namespace {

using namespace std::string_view_literals;
using openssl::data;

using BigNumber = openssl::Owned<BIGNUM, BN_clear_free>;
using KeyContext = openssl::Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using Parameters = openssl::Owned<OSSL_PARAM, OSSL_PARAM_free>;
using ParameterBuilder = openssl::Owned<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free>;

constexpr size_t k_ed25519_size = 32;  // of a public key and of a private one
constexpr size_t k_p256_secret_size = 32;
constexpr size_t k_p256_point_size = 65;  // 4 and both coordinates

constexpr auto k_ed25519_public = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv;
constexpr auto k_ed25519_private =
    "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"sv;
constexpr auto k_p256_public =
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
    "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"sv;
constexpr auto k_p256_private =
    "\x30\x81\x87\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
    "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x04\x6d\x30\x6b\x02\x01\x01\x04\x20"sv;
constexpr auto k_p256_private_middle = "\xa1\x44\x03\x42\x00"sv;  // between secret and point

// What follows a prefix, when that many bytes do.
std::optional<std::string_view> behind(std::string_view der, std::string_view prefix, size_t size) {
  if (der.size() != prefix.size() + size || !der.starts_with(prefix)) return std::nullopt;
  return der.substr(prefix.size());
}

std::shared_ptr<EVP_PKEY> own(EVP_PKEY* key) {
  ERR_clear_error();
  return {key, EVP_PKEY_free};
}

// Of a point, and the secret unless it is empty. Null when the point is not on the curve.
std::shared_ptr<EVP_PKEY> p256(std::string_view point, std::string_view secret) {
  ParameterBuilder builder(OSSL_PARAM_BLD_new());
  ASSERT(builder);
  ASSERT(OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1",
                                         0) == 1);
  ASSERT(OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                          point.size()) == 1);
  BigNumber number;
  if (!secret.empty()) {
    number.reset(BN_secure_new());
    ASSERT(number && BN_bin2bn(data(secret), static_cast<int>(secret.size()), number.get()));
    ASSERT(OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) == 1);
  }
  Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  ASSERT(parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1);
  EVP_PKEY* key = nullptr;
  int parts = secret.empty() ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR;
  if (EVP_PKEY_fromdata(context.get(), &key, parts, parameters.get()) != 1) key = nullptr;
  return own(key);
}

std::optional<Key> key(KeyAlgorithm algorithm, std::shared_ptr<EVP_PKEY> handle, std::string spki) {
  if (!handle) return std::nullopt;
  return Key{algorithm, std::move(handle), std::move(spki)};
}

}  // namespace

std::optional<Key> public_key(std::string_view spki) {
  if (auto raw = behind(spki, k_ed25519_public, k_ed25519_size))
    return key(
        KeyAlgorithm::ed25519,
        own(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, data(*raw), raw->size())),
        std::string(spki));
  if (auto point = behind(spki, k_p256_public, k_p256_point_size); point && point->front() == 4)
    return key(KeyAlgorithm::ecdsa_p256, p256(*point, {}), std::string(spki));
  return std::nullopt;
}

std::optional<Key> private_key(std::string_view pkcs8) {
  if (auto raw = behind(pkcs8, k_ed25519_private, k_ed25519_size)) {
    auto handle =
        own(EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, data(*raw), raw->size()));
    std::array<unsigned char, k_ed25519_size> made{};
    size_t size = made.size();
    if (!handle || EVP_PKEY_get_raw_public_key(handle.get(), made.data(), &size) != 1)
      return std::nullopt;
    std::string spki(k_ed25519_public);
    spki.append(made.begin(), made.end());
    return key(KeyAlgorithm::ed25519, std::move(handle), std::move(spki));
  }
  constexpr size_t k_rest = k_p256_secret_size + k_p256_private_middle.size() + k_p256_point_size;
  if (auto rest = behind(pkcs8, k_p256_private, k_rest)) {
    std::string_view secret = rest->substr(0, k_p256_secret_size);
    std::string_view middle = rest->substr(k_p256_secret_size, k_p256_private_middle.size());
    std::string_view point = rest->substr(rest->size() - k_p256_point_size);
    if (middle != k_p256_private_middle || point.front() != 4) return std::nullopt;
    std::string spki(k_p256_public);
    spki += point;
    return key(KeyAlgorithm::ecdsa_p256, p256(point, secret), std::move(spki));
  }
  return std::nullopt;
}

}  // namespace kiln::key_forms
