// SPDX-License-Identifier: Apache-2.0
//
// The keys that verify notes, in the text form of C2SP signed-note ("vkey"), and signing with them.
//
//   vkey = name "+" 8HEXDIG "+" base64( type; key )
//   type = 0x01 Ed25519 / 0x02 ECDSA P-256 (as Rekor v1 signs) / 0x04 Ed25519 cosignature
//
// Types 0x01 and 0x04 have the 32 bytes of the key and the key id SHA-256(name LF type key)[:4];
// 0x02 has the SubjectPublicKeyInfo and the key id SHA-256(SubjectPublicKeyInfo)[:4].
#pragma once
#include "crypto/key.hpp"
#include "evidence/tlog/note.hpp"

#include <optional>

namespace kiln::tlog {

enum class NoteKeyType : uint8_t { ed25519 = 1, ecdsa = 2, cosignature = 4 };

class NoteKey {
 public:
  // A log's key: ed25519 or ecdsa, as the public key is. Fails (bad_input) for a bad name.
  static Result<NoteKey> of_log(std::string name, PublicKey key);
  // A witness's key; fails (bad_input) for a bad name or a key that is not Ed25519.
  static Result<NoteKey> of_witness(std::string name, PublicKey key);
  // Fails with corrupt, and with unsupported for another type, such as ML-DSA (0x06).
  static Result<NoteKey> parse(std::string_view vkey);
  std::string str() const;

  const std::string& name() const { return name_; }
  uint32_t id() const { return id_; }
  NoteKeyType type() const { return type_; }
  const PublicKey& key() const { return key_; }

  // Whether a signature says that it is by this key.
  bool claims(const NoteSignature& signature) const {
    return signature.key_id == id_ && signature.name == name_;
  }
  // Fails (unverified) when the signature is not this key's over the text. For keys of logs.
  Result<> verify(std::string_view text, const NoteSignature& signature) const;

  bool operator==(const NoteKey& other) const { return name_ == other.name_ && id_ == other.id_; }

 private:
  NoteKey(std::string name, NoteKeyType type, PublicKey key);
  std::string name_;
  NoteKeyType type_;
  PublicKey key_;
  uint32_t id_;
};

// The note's signature by this key, verified; fails (unverified) when there is none or a bad one.
Result<NoteSignature> verify_note(const Note& note, const NoteKey& key);

// Signs a text that ends with LF as `key`, whose secret `secret` holds.
Result<NoteSignature> sign_note(std::string_view text, const NoteKey& key, SigningKey& secret);

}  // namespace kiln::tlog
