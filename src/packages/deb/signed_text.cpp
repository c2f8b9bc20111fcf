// SPDX-License-Identifier: Apache-2.0
//
// The record of a verification is a line with the time until which it counts and the fingerprints,
// and the content after it; its key names the signed bytes and the keys.
#include "packages/deb/signed_text.hpp"

#include "base/strings.hpp"
#include "crypto/digest.hpp"
#include "crypto/openpgp.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

constexpr std::string_view k_kind = "deb-signed-text";

// A digest of texts that differs whenever any of them does.
Digest digest_of(std::span<const std::string_view> texts) {
  Sha256 hash;
  for (std::string_view text : texts) hash.update(sha256(text).bytes());
  return hash.finish();
}

std::string record_key(std::string_view message, std::string_view signature,
                       std::span<const std::string> keys) {
  std::vector<std::string_view> views(keys.begin(), keys.end());
  return digest_of(std::vector{message, signature}).hex() + "-" + digest_of(views).hex();
}

std::optional<SignedText> find_remembered(const std::string& key, UnixTime now, Store& store) {
  auto record = store.cached(k_kind, key);
  if (record == nullptr) return std::nullopt;
  std::string_view rest = record->bytes();
  auto words = split_words(take_until(rest, '\n'));
  if (words.size() < 2) return std::nullopt;
  auto until = parse_decimal(words[0]);
  if (!until || static_cast<UnixTime>(*until) < now) return std::nullopt;
  return SignedText{std::string(rest), {words.begin() + 1, words.end()}};
}

// When the last of the keys that signed expires.
UnixTime good_until(const std::vector<Signature>& signatures, const Keyring& keyring) {
  UnixTime until = 0;
  for (const KeyInfo& key : keyring.keys())
    for (const Signature& signature : signatures)
      if (key.fingerprint == signature.fingerprint)
        until = std::max(until, key.expires.value_or(INT64_MAX));
  return until;
}

Result<SignedText> finish(std::string content, const std::vector<Signature>& signatures,
                          const Keyring& keyring, const std::string& key, Store& store) {
  SignedText text{std::move(content), {}};
  for (const Signature& signature : signatures) text.fingerprints.push_back(signature.fingerprint);
  TRY(store.cache(k_kind, key,
                  fmt::format("{} {}\n{}", good_until(signatures, keyring),
                              join(text.fingerprints, " "), text.content)));
  return text;
}

Result<Keyring> load_keys(std::span<const std::string> keys, UnixTime now) {
  if (keys.empty())
    return fail(ErrorCode::unverified, "there is no key to check the signature with",
                "give the archive's public key, for example with signed-by");
  return Keyring::load(keys, now);
}

}  // namespace

Result<SignedText> open_signed(std::string_view message, std::span<const std::string> keys,
                               UnixTime now, Store& store) {
  std::string key = record_key(message, {}, keys);
  if (auto known = find_remembered(key, now, store)) return std::move(*known);
  Keyring keyring = TRY(load_keys(keys, now));
  VerifiedText verified = TRY(verify_cleartext(message, keyring));
  return finish(std::move(verified.content), verified.valid, keyring, key, store);
}

Result<SignedText> open_signed(std::string_view content, std::string_view signature,
                               std::span<const std::string> keys, UnixTime now, Store& store) {
  std::string key = record_key(content, signature, keys);
  if (auto known = find_remembered(key, now, store)) return std::move(*known);
  Keyring keyring = TRY(load_keys(keys, now));
  auto valid = TRY(verify_detached(content, signature, keyring));
  return finish(std::string(content), valid, keyring, key, store);
}

}  // namespace kiln::packages::deb
