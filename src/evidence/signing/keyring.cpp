// SPDX-License-Identifier: Apache-2.0
#include "evidence/signing/keyring.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace kiln::signing {

namespace {

constexpr std::array k_roles = {KeyRole::artifact,     KeyRole::user,        KeyRole::log,
                                KeyRole::rekor_log,    KeyRole::timestamp,   KeyRole::notary,
                                KeyRole::tuf_root,     KeyRole::tuf_targets, KeyRole::tuf_snapshot,
                                KeyRole::tuf_timestamp};
constexpr std::array<std::string_view, k_roles.size()> k_role_names = {
    "artifact", "user",     "log",         "rekor-log",    "timestamp",
    "notary",   "tuf-root", "tuf-targets", "tuf-snapshot", "tuf-timestamp"};
constexpr std::array<std::string_view, 3> k_state_names = {"active", "rotated", "revoked"};
constexpr size_t k_shortest_prefix = 4;

bool names(const KeyEntry& entry, std::string_view name) {
  if (entry.id() == name) return true;
  return name.size() >= k_shortest_prefix && entry.key.digest().hex().starts_with(name);
}

}  // namespace

std::string_view str(KeyRole role) {
  return k_role_names[static_cast<size_t>(role)];
}

std::optional<KeyRole> parse_key_role(std::string_view text) {
  auto found = std::ranges::find(k_role_names, text);
  if (found == k_role_names.end()) return std::nullopt;
  return k_roles[static_cast<size_t>(found - k_role_names.begin())];
}

std::span<const KeyRole> all_key_roles() {
  return k_roles;
}

std::span<const KeyRole> signing_roles() {
  return std::span(k_roles).first(6);
}

KeyAlgorithm usual_algorithm(KeyRole role) {
  bool edwards = role == KeyRole::log || role >= KeyRole::tuf_root;
  return edwards ? KeyAlgorithm::ed25519 : KeyAlgorithm::ecdsa_p256;
}

std::string_view str(KeyState state) {
  return k_state_names[static_cast<size_t>(state)];
}

std::optional<KeyState> parse_key_state(std::string_view text) {
  auto found = std::ranges::find(k_state_names, text);
  if (found == k_state_names.end()) return std::nullopt;
  return static_cast<KeyState>(found - k_state_names.begin());
}

const KeyEntry* KeyRing::active(KeyRole role) const {
  for (const KeyEntry& entry : keys)
    if (entry.role == role && entry.state == KeyState::active) return &entry;
  return nullptr;
}

Result<const KeyEntry*> KeyRing::find(std::string_view name) const {
  if (std::optional<KeyRole> role = parse_key_role(name)) {
    if (const KeyEntry* entry = active(*role)) return entry;
    return fail(ErrorCode::not_found,
                fmt::format("the key ring has no active key of role {}", name),
                fmt::format("make one with `kiln key generate --role {}`", name));
  }
  const KeyEntry* found = nullptr;
  for (const KeyEntry& entry : keys) {
    if (!names(entry, name)) continue;
    if (found != nullptr)
      return fail(ErrorCode::bad_input, fmt::format("several keys begin with '{}'", name));
    found = &entry;
  }
  if (found != nullptr) return found;
  return fail(ErrorCode::not_found,
              fmt::format("the key ring has no key '{}'", printable(name, 80)),
              fmt::format("a key is named by its role or by the first {} or more digits of its id; "
                          "`kiln key list` shows what there is",
                          k_shortest_prefix));
}

Result<> KeyRing::add(KeyEntry entry, UnixTime now) {
  for (KeyEntry& other : keys) {
    if (other.key == entry.key)
      return fail(ErrorCode::bad_input, fmt::format("the key ring has key {} already, as {}",
                                                    entry.id(), str(other.role)));
    if (other.role != entry.role || other.state != KeyState::active) continue;
    other.state = KeyState::rotated;
    other.validity.until = now;
  }
  keys.push_back(std::move(entry));
  return {};
}

Result<> KeyRing::revoke(std::string_view name, UnixTime at, std::string reason) {
  const KeyEntry* found = TRY(find(name));
  KeyEntry& entry = keys[static_cast<size_t>(found - keys.data())];
  if (entry.state == KeyState::revoked)
    return fail(ErrorCode::bad_input, fmt::format("key {} is revoked already", entry.id()));
  entry.state = KeyState::revoked;
  entry.validity.until = std::min(at, entry.validity.until.value_or(at));
  entry.reason = std::move(reason);
  return {};
}

TrustedRoot KeyRing::trusted_root() const {
  TrustedRoot root;
  for (const KeyEntry& entry : keys) {
    if (entry.role == KeyRole::log || entry.role == KeyRole::rekor_log)
      root.logs.push_back(
          {"https://" + entry.host, entry.key, log_id(entry.host, entry.key), entry.validity});
    if (entry.role == KeyRole::timestamp && !entry.chain.empty())
      root.timestamp_authorities.push_back(
          {entry.host, "timestamps", "https://" + entry.host, entry.chain, entry.validity});
  }
  return root;
}

BundleTrust trust_in(const KeyEntry& entry, const TrustedRoot& root, UnixTime now) {
  return {.key = entry.key,
          .key_validity = entry.validity,
          .root = &root,
          .log_entries = 1,
          .timestamps = 1,
          .now = now};
}

uint64_t rekor_tree_id(const PublicKey& key) {
  uint64_t id = 0;
  const Digest digest = key.digest();
  for (char byte : digest.bytes().substr(0, 8)) id = id << 8 | static_cast<uint8_t>(byte);
  return id >> 1;  // clients read it as a signed number
}

std::string log_directory(const KeyEntry& entry) {
  return "logs/" + entry.key.digest().hex().substr(0, 16);
}

}  // namespace kiln::signing
