// SPDX-License-Identifier: Apache-2.0
#include "crypto/rsa_signature.hpp"

#include "crypto/openssl.hpp"

#include <climits>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace kiln {

namespace {

constexpr int k_least_bits = 2048;

using Key = openssl::Owned<EVP_PKEY, EVP_PKEY_free>;

Result<Key> read_key(std::string_view pem) {
  if (pem.size() > INT_MAX) return fail(ErrorCode::limit, "a public key is too large");
  openssl::Owned<BIO, BIO_free_all> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
    return fail(ErrorCode::corrupt, "not an RSA public key in PEM form");
  if (EVP_PKEY_get_bits(key.get()) < k_least_bits)
    return fail(ErrorCode::corrupt, "an RSA key of fewer than 2048 bits");
  return key;
}

}  // namespace

Result<> verify_rsa(std::string_view key_pem, HashAlgorithm hash, std::string_view message,
                    std::string_view signature) {
  Key key = TRY(read_key(key_pem));
  const EVP_MD* digest = hash == HashAlgorithm::sha1 ? EVP_sha1() : EVP_sha256();
  openssl::Owned<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
  bool good =
      EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                       message.size()) == 1;
  ERR_clear_error();
  if (!good)
    return fail(
        ErrorCode::unverified, "the RSA signature does not fit the content or its key",
        "the file was changed after it was signed; get it again, from another mirror if that "
        "does not help");
  return {};
}

Result<> check_rsa_key(std::string_view key_pem) {
  TRY(read_key(key_pem));
  return {};
}

}  // namespace kiln
