// SPDX-License-Identifier: Apache-2.0
#include "crypto/signature_scheme.hpp"

#include "crypto/openssl.hpp"

#include <array>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

namespace kiln {

namespace {

struct Way {
  const char* key;
  const EVP_MD* hash;
  int padding;  // of RSA
};

Way way_of(SignatureScheme scheme) {
  switch (scheme) {
    case SignatureScheme::ecdsa_sha256:
      return {"EC", EVP_sha256(), 0};
    case SignatureScheme::ecdsa_sha384:
      return {"EC", EVP_sha384(), 0};
    case SignatureScheme::rsa_pkcs1_sha256:
      return {"RSA", EVP_sha256(), RSA_PKCS1_PADDING};
    case SignatureScheme::rsa_pss_sha256:
      return {"RSA", EVP_sha256(), RSA_PKCS1_PSS_PADDING};
    case SignatureScheme::rsa_pss_sha384:
      return {"RSA", EVP_sha384(), RSA_PKCS1_PSS_PADDING};
    case SignatureScheme::rsa_pss_sha512:
      return {"RSA", EVP_sha512(), RSA_PKCS1_PSS_PADDING};
  }
  return {"", nullptr, 0};
}

}  // namespace

std::span<const SignatureScheme> schemes_of(KeyAlgorithm algorithm) {
  using enum SignatureScheme;
  static constexpr std::array k_p256 = {ecdsa_sha256};
  static constexpr std::array k_p384 = {ecdsa_sha384, ecdsa_sha256};
  static constexpr std::array k_rsa = {rsa_pkcs1_sha256, rsa_pss_sha256};
  if (algorithm == KeyAlgorithm::ecdsa_p256) return k_p256;
  if (algorithm == KeyAlgorithm::ecdsa_p384) return k_p384;
  if (algorithm == KeyAlgorithm::rsa) return k_rsa;
  return {};
}

bool fits(evp_pkey_st* key, SignatureScheme scheme, std::string_view message,
          std::string_view signature) {
  Way way = way_of(scheme);
  if (EVP_PKEY_is_a(key, way.key) != 1) return false;
  openssl::Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;
  bool good = EVP_DigestVerifyInit(context.get(), &options, way.hash, nullptr, key) == 1 &&
              (way.padding == 0 || EVP_PKEY_CTX_set_rsa_padding(options, way.padding) == 1) &&
              EVP_DigestVerify(context.get(), openssl::data(signature), signature.size(),
                               openssl::data(message), message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace kiln
