// SPDX-License-Identifier: Apache-2.0
//
// Signature keys by OpenSSL 3.0 and newer.
#include "crypto/key.hpp"

#include "crypto/key_forms.hpp"
#include "crypto/openssl.hpp"
#include "crypto/pem.hpp"
#include "crypto/signature_scheme.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace kiln {

namespace {

constexpr std::string_view k_public_label = "PUBLIC KEY";
constexpr std::string_view k_private_label = "PRIVATE KEY";
constexpr size_t k_largest_der = 4096;

using Context = openssl::Owned<EVP_MD_CTX, EVP_MD_CTX_free>;
using openssl::data;
using openssl::encoded;

std::shared_ptr<evp_pkey_st> own(EVP_PKEY* key) {
  return {key, EVP_PKEY_free};
}

// Fetched once: every lookup by name walks OpenSSL's provider tables under a lock.
const EVP_MD* hash_of(KeyAlgorithm algorithm) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm == KeyAlgorithm::ecdsa_p256 ? sha256 : nullptr;
}

std::optional<KeyAlgorithm> curve_of(EVP_PKEY* key) {
  std::array<char, 64> group{};
  size_t size = 0;
  if (EVP_PKEY_get_group_name(key, group.data(), group.size(), &size) != 1) return std::nullopt;
  std::string_view name(group.data(), size);
  if (name == "prime256v1") return KeyAlgorithm::ecdsa_p256;
  return name == "secp384r1" ? std::optional(KeyAlgorithm::ecdsa_p384) : std::nullopt;
}

// None for keys of other kinds.
std::optional<KeyAlgorithm> algorithm_of(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeyAlgorithm::ed25519;
  if (EVP_PKEY_is_a(key, "EC") == 1) return curve_of(key);
  int bits = EVP_PKEY_get_bits(key);
  bool is_rsa = EVP_PKEY_is_a(key, "RSA") == 1 && bits >= 2048 && bits <= 4096;
  return is_rsa ? std::optional(KeyAlgorithm::rsa) : std::nullopt;
}

bool is_own(KeyAlgorithm algorithm) {
  return algorithm == KeyAlgorithm::ecdsa_p256 || algorithm == KeyAlgorithm::ed25519;
}

}  // namespace

std::string_view str(KeyAlgorithm algorithm) {
  switch (algorithm) {
    case KeyAlgorithm::ecdsa_p256:
      return "ecdsa-p256";
    case KeyAlgorithm::ed25519:
      return "ed25519";
    case KeyAlgorithm::ecdsa_p384:
      return "ecdsa-p384";
    case KeyAlgorithm::rsa:
      return "rsa";
  }
  return {};
}

std::optional<KeyAlgorithm> parse_key_algorithm(std::string_view text) {
  for (KeyAlgorithm algorithm : {KeyAlgorithm::ecdsa_p256, KeyAlgorithm::ed25519})
    if (text == str(algorithm)) return algorithm;
  return std::nullopt;
}

Result<PublicKey> PublicKey::from_handle(std::shared_ptr<evp_pkey_st> key) {
  std::optional<KeyAlgorithm> algorithm = algorithm_of(key.get());
  if (!algorithm)
    return fail(ErrorCode::unsupported,
                "the key is neither ECDSA on P-256 or P-384, nor Ed25519, nor RSA of 2048 to 4096 "
                "bits");
  PublicKey made;
  made.der_ = encoded([&](unsigned char** out) { return i2d_PUBKEY(key.get(), out); });
  made.key_ = std::move(key);
  made.algorithm_ = *algorithm;
  return made;
}

PublicKey PublicKey::from_form(key_forms::Key key) {
  PublicKey made;
  made.key_ = std::move(key.handle);
  made.der_ = std::move(key.spki);
  made.algorithm_ = key.algorithm;
  return made;
}

Result<> PublicKey::require_own() const {
  if (is_own(algorithm_)) return {};
  return fail(ErrorCode::unsupported, "the key is neither ECDSA on P-256 nor Ed25519",
              "`kiln key generate` makes one that is");
}

Result<PublicKey> PublicKey::from_pem(std::string_view pem) {
  std::string der = TRY(parse_pem(pem, k_public_label));
  return from_der(der);
}

Result<PublicKey> PublicKey::anyones_from_pem(std::string_view pem) {
  std::string der = TRY(parse_pem(pem, k_public_label));
  return anyones_from_der(der);
}

Result<PublicKey> PublicKey::from_der(std::string_view spki) {
  PublicKey made = TRY(anyones_from_der(spki));
  TRY(made.require_own());
  return made;
}

Result<PublicKey> PublicKey::anyones_from_der(std::string_view spki) {
  if (auto own = key_forms::public_key(spki)) return from_form(std::move(*own));
  const unsigned char* at = data(spki);
  auto key = spki.size() > k_largest_der
                 ? nullptr
                 : own(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
  ERR_clear_error();
  if (!key) return fail(ErrorCode::corrupt, "these bytes are not a public key");
  PublicKey made = TRY(from_handle(std::move(key)));
  if (made.der_ != spki)
    return fail(ErrorCode::corrupt, "the public key is not in its canonical encoding");
  return made;
}

std::string PublicKey::pem() const {
  return write_pem(k_public_label, der_);
}

std::string PublicKey::raw() const {
  std::array<unsigned char, 65> bytes{};
  size_t size = 0;
  ASSERT(EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_PUB_KEY, bytes.data(),
                                         bytes.size(), &size) == 1);
  return {bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(size)};
}

Result<> PublicKey::verify(std::string_view message, std::string_view signature) const {
  if (!is_own(algorithm_))
    return judge(std::ranges::any_of(schemes_of(algorithm_),
                                     [&](SignatureScheme scheme) {
                                       return fits(key_.get(), scheme, message, signature);
                                     })
                     ? 1
                     : 0);
  Context context(EVP_MD_CTX_new());
  ASSERT(context && EVP_DigestVerifyInit(context.get(), nullptr, hash_of(algorithm_), nullptr,
                                         key_.get()) == 1);
  int verdict = EVP_DigestVerify(context.get(), data(signature), signature.size(), data(message),
                                 message.size());
  return judge(verdict);
}

Result<> PublicKey::verify_digest(const Digest& digest_of_message,
                                  std::string_view signature) const {
  if (algorithm_ != KeyAlgorithm::ecdsa_p256)
    return fail(ErrorCode::unsupported,
                fmt::format("{} signatures are not checked by a digest alone", str(algorithm_)));
  openssl::Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
  ASSERT(context && EVP_PKEY_verify_init(context.get()) == 1);
  return judge(EVP_PKEY_verify(context.get(), data(signature), signature.size(),
                               data(digest_of_message.bytes()), Digest::k_size));
}

Result<> PublicKey::judge(int verdict) const {
  ERR_clear_error();
  if (verdict == 1) return {};
  return fail(ErrorCode::unverified,
              fmt::format("the signature is not one of key {}", digest().str()));
}

PrivateKey PrivateKey::generate(KeyAlgorithm algorithm) {
  EVP_PKEY* key = algorithm == KeyAlgorithm::ecdsa_p256
                      ? EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")
                      : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  ASSERT(key != nullptr);
  Result<PublicKey> made = PublicKey::from_handle(own(key));
  ASSERT(made.has_value());
  return PrivateKey(std::move(*made));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  std::string der = TRY(parse_pem(pem, k_private_label));
  Result<PrivateKey> key = from_der(der);
  OPENSSL_cleanse(der.data(), der.size());
  return key;
}

Result<PrivateKey> PrivateKey::from_der(std::string_view pkcs8) {
  if (auto own = key_forms::private_key(pkcs8))
    return PrivateKey(PublicKey::from_form(std::move(*own)));
  const unsigned char* at = data(pkcs8);
  PKCS8_PRIV_KEY_INFO* info =
      pkcs8.size() > k_largest_der
          ? nullptr
          : d2i_PKCS8_PRIV_KEY_INFO(nullptr, &at, static_cast<long>(pkcs8.size()));
  bool whole = info != nullptr && at == data(pkcs8) + pkcs8.size();
  std::shared_ptr<evp_pkey_st> key = whole ? own(EVP_PKCS82PKEY(info)) : nullptr;
  PKCS8_PRIV_KEY_INFO_free(info);
  ERR_clear_error();
  if (!key) return fail(ErrorCode::corrupt, "these bytes are not a private key (PKCS #8)");
  PublicKey made = TRY(PublicKey::from_handle(std::move(key)));
  TRY(made.require_own());
  return PrivateKey(std::move(made));
}

std::string PrivateKey::pem() const {
  return write_pem(k_private_label, der());
}

std::string PrivateKey::der() const {
  PKCS8_PRIV_KEY_INFO* info = EVP_PKEY2PKCS8(handle());
  ASSERT(info != nullptr);
  std::string der =
      encoded([&](unsigned char** out) { return i2d_PKCS8_PRIV_KEY_INFO(info, out); });
  PKCS8_PRIV_KEY_INFO_free(info);
  return der;
}

Result<std::string> SigningKey::sign_digest(const Digest&) {
  return fail(ErrorCode::unsupported,
              fmt::format("{} keys do not sign digests", str(public_key().algorithm())));
}

Result<std::string> PrivateKey::sign_digest(const Digest& digest) {
  if (public_key_.algorithm() != KeyAlgorithm::ecdsa_p256) return SigningKey::sign_digest(digest);
  openssl::Owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(
      EVP_PKEY_CTX_new_from_pkey(nullptr, handle(), nullptr));
  ASSERT(context && EVP_PKEY_sign_init(context.get()) == 1);
  std::array<unsigned char, 128> signature{};
  size_t size = signature.size();
  ASSERT(EVP_PKEY_sign(context.get(), signature.data(), &size, data(digest.bytes()),
                       Digest::k_size) == 1);
  return std::string(signature.begin(), signature.begin() + static_cast<ptrdiff_t>(size));
}

Result<std::string> PrivateKey::sign(std::string_view message) {
  Context context(EVP_MD_CTX_new());
  ASSERT(context && EVP_DigestSignInit(context.get(), nullptr, hash_of(public_key_.algorithm()),
                                       nullptr, handle()) == 1);
  std::array<unsigned char, 128> signature{};
  size_t size = signature.size();
  ASSERT(EVP_DigestSign(context.get(), signature.data(), &size, data(message), message.size()) ==
         1);
  return std::string(signature.begin(), signature.begin() + static_cast<ptrdiff_t>(size));
}

}  // namespace kiln
