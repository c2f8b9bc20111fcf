// SPDX-License-Identifier: Apache-2.0
//
// Signature keys: ECDSA on P-256 with SHA-256 (signature: ASN.1 DER of r and s, FIPS 186-5 and
// RFC 5480) and Ed25519 (RFC 8032, signature: 64 raw bytes). A public key is a value. A SigningKey
// signs, wherever its secret lies: in memory (PrivateKey) or on a token (pkcs11.hpp).
//
// Others sign with more than that: ECDSA on P-384 with SHA-384 or SHA-256, RSA of 2048 to 4096 bits
// with SHA-256 in PKCS #1 v1.5 or PSS padding (RFC 8017 8). Such keys verify, and are read only
// where they are asked for.
#pragma once
#include "base/result.hpp"
#include "crypto/digest.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace kiln {

namespace key_forms {
struct Key;
}

enum class KeyAlgorithm { ecdsa_p256, ed25519, ecdsa_p384, rsa };

// "ecdsa-p256", "ed25519", and of keys of others "ecdsa-p384", "rsa"; the inverse knows the first
// two alone.
std::string_view str(KeyAlgorithm algorithm);
std::optional<KeyAlgorithm> parse_key_algorithm(std::string_view text);

class PublicKey {
 public:
  // One "PUBLIC KEY" block (SubjectPublicKeyInfo, RFC 5280 4.1). Fails with corrupt on bytes that
  // are not one, with unsupported on a key of another algorithm.
  static Result<PublicKey> from_pem(std::string_view pem);
  // The same as DER, in its one canonical encoding, with nothing after it.
  static Result<PublicKey> from_der(std::string_view spki);
  // The same, and the further kinds of key that others use.
  static Result<PublicKey> anyones_from_pem(std::string_view pem);
  static Result<PublicKey> anyones_from_der(std::string_view spki);

  std::string pem() const;
  const std::string& der() const { return der_; }
  KeyAlgorithm algorithm() const { return algorithm_; }
  // SHA-256 of der(): the name of a key.
  Digest digest() const { return sha256(der_); }
  // Ed25519: the 32 bytes of the key itself. P-256: the uncompressed point of 65 bytes. Not for
  // keys of others.
  std::string raw() const;

  // Fails with unverified when `signature` is not this key's over `message`.
  Result<> verify(std::string_view message, std::string_view signature) const;
  // The same when only the message's SHA-256 is at hand; unsupported but for P-256: Ed25519 signs
  // messages, not digests.
  Result<> verify_digest(const Digest& digest, std::string_view signature) const;

  bool operator==(const PublicKey& other) const { return der_ == other.der_; }

  // OpenSSL's own form, for the other files of this module.
  evp_pkey_st* handle() const { return key_.get(); }

 private:
  friend class PrivateKey;
  static Result<PublicKey> from_handle(std::shared_ptr<evp_pkey_st> key);
  static PublicKey from_form(key_forms::Key key);
  Result<> require_own() const;
  Result<> judge(int verdict) const;
  PublicKey() = default;
  std::shared_ptr<evp_pkey_st> key_;
  std::string der_;
  KeyAlgorithm algorithm_ = KeyAlgorithm::ecdsa_p256;
};

// Signs messages. Several threads may use one at the same time.
class SigningKey {
 public:
  virtual ~SigningKey() = default;
  virtual const PublicKey& public_key() const = 0;
  virtual Result<std::string> sign(std::string_view message) = 0;
  // The same when only the message's SHA-256 is at hand; unsupported but for P-256.
  virtual Result<std::string> sign_digest(const Digest& digest);
};

// A key whose secret is in the memory of this process.
class PrivateKey final : public SigningKey {
 public:
  static PrivateKey generate(KeyAlgorithm algorithm);
  // PKCS #8 (RFC 5958), unencrypted: one "PRIVATE KEY" block, or its DER. Errors as for PublicKey.
  static Result<PrivateKey> from_pem(std::string_view pem);
  static Result<PrivateKey> from_der(std::string_view pkcs8);

  std::string pem() const;
  std::string der() const;
  const PublicKey& public_key() const override { return public_key_; }
  Result<std::string> sign(std::string_view message) override;
  Result<std::string> sign_digest(const Digest& digest) override;

  evp_pkey_st* handle() const { return public_key_.handle(); }

 private:
  explicit PrivateKey(PublicKey key) : public_key_(std::move(key)) {}
  PublicKey public_key_;  // its handle holds the secret, too
};

}  // namespace kiln
