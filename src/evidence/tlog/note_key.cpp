// SPDX-License-Identifier: Apache-2.0
#include "evidence/tlog/note_key.hpp"

#include "base/strings.hpp"
#include "evidence/tlog/big_endian.hpp"

#include <fmt/format.h>

namespace kiln::tlog {

namespace {

// SubjectPublicKeyInfo of Ed25519 up to the key's own 32 bytes (RFC 8410 section 4).
constexpr std::string_view k_ed25519_spki{"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12};
constexpr size_t k_longest_key = 4096;

std::string key_bytes(NoteKeyType type, const PublicKey& key) {
  return type == NoteKeyType::ecdsa ? key.der() : key.raw();
}

uint32_t key_id(std::string_view name, NoteKeyType type, const PublicKey& key) {
  if (type == NoteKeyType::ecdsa) return get_u32(key.digest().bytes());
  std::string named = fmt::format("{}\n{}", name, static_cast<char>(type));
  return get_u32(sha256(named + key.raw()).bytes());
}

Result<> check_name(std::string_view name) {
  if (is_key_name(name)) return {};
  return fail(ErrorCode::bad_input,
              fmt::format("'{}' cannot be the name of a log or witness", printable(name, 80)),
              "a name is a host, or a URL without its scheme, without blanks and '+'");
}

}  // namespace

NoteKey::NoteKey(std::string name, NoteKeyType type, PublicKey key)
    : name_(std::move(name)), type_(type), key_(std::move(key)), id_(key_id(name_, type_, key_)) {}

Result<NoteKey> NoteKey::of_log(std::string name, PublicKey key) {
  TRY(check_name(name));
  NoteKeyType type =
      key.algorithm() == KeyAlgorithm::ed25519 ? NoteKeyType::ed25519 : NoteKeyType::ecdsa;
  return NoteKey(std::move(name), type, std::move(key));
}

Result<NoteKey> NoteKey::of_witness(std::string name, PublicKey key) {
  TRY(check_name(name));
  if (key.algorithm() != KeyAlgorithm::ed25519)
    return fail(ErrorCode::bad_input, "a witness signs with Ed25519 keys only");
  return NoteKey(std::move(name), NoteKeyType::cosignature, std::move(key));
}

Result<NoteKey> NoteKey::parse(std::string_view vkey) {
  auto bad = [&] {
    return fail(
        ErrorCode::corrupt,
        fmt::format("'{}' is not a verifier key of the form NAME+ID+KEY", printable(vkey, 120)));
  };
  std::string_view rest = vkey;
  std::string_view name = take_until(rest, '+');
  std::string_view id = take_until(rest, '+');
  if (!is_key_name(name) || id.size() != 8 || rest.size() > k_longest_key) return bad();
  Result<std::string> bytes = from_base64(rest);
  if (!bytes || bytes->size() < 2) return bad();
  auto type = static_cast<NoteKeyType>((*bytes)[0]);
  std::string material = bytes->substr(1);
  if (type == NoteKeyType::ed25519 || type == NoteKeyType::cosignature)
    material.insert(0, k_ed25519_spki);
  else if (type != NoteKeyType::ecdsa)
    return fail(ErrorCode::unsupported,
                fmt::format("key {} is of type {:#04x}, which Kiln does not know",
                            printable(name, 80), static_cast<unsigned char>((*bytes)[0])));
  Result<PublicKey> key = PublicKey::from_der(material);
  if (!key) return bad();
  bool is_ecdsa = key->algorithm() == KeyAlgorithm::ecdsa_p256;
  if (is_ecdsa != (type == NoteKeyType::ecdsa)) return bad();
  NoteKey parsed(std::string(name), type, std::move(*key));
  if (to_hex(put_u32(parsed.id())) != id) return bad();
  return parsed;
}

std::string NoteKey::str() const {
  std::string material = static_cast<char>(type_) + key_bytes(type_, key_);
  return fmt::format("{}+{:08x}+{}", name_, id_, to_base64(material));
}

Result<> NoteKey::verify(std::string_view text, const NoteSignature& signature) const {
  ASSERT(type_ != NoteKeyType::cosignature);
  if (!claims(signature))
    return fail(ErrorCode::unverified, fmt::format("the signature is not by {}", name_));
  return with_context(key_.verify(text, signature.bytes),
                      fmt::format("checking the signature of {}", name_));
}

Result<NoteSignature> verify_note(const Note& note, const NoteKey& key) {
  for (const NoteSignature& signature : note.signatures) {
    if (!key.claims(signature)) continue;
    TRY(key.verify(note.text, signature));
    return signature;
  }
  return fail(ErrorCode::unverified, fmt::format("the note has no signature of {}", key.str()));
}

Result<NoteSignature> sign_note(std::string_view text, const NoteKey& key, SigningKey& secret) {
  ASSERT(text.ends_with('\n') && key.type() != NoteKeyType::cosignature);
  std::string bytes = TRY(secret.sign(text));
  return NoteSignature{key.name(), key.id(), std::move(bytes)};
}

}  // namespace kiln::tlog
