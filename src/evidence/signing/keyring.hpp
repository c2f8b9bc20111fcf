// SPDX-License-Identifier: Apache-2.0
//
// The keys of an installation with their roles, times and states; docs/formats/keyring.md is the
// file they are kept in. Secrets are not here: an entry says where its secret lies.
#pragma once
#include "crypto/certificate.hpp"
#include "evidence/signing/trusted_root.hpp"
#include "evidence/signing/verify_bundle.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::signing {

enum class KeyRole {
  artifact,   // signs evidence of builds
  user,       // signs what the user says with `kiln sign` and `kiln attest`
  log,        // signs checkpoints of the transparency log
  rekor_log,  // the same for the log in Rekor v1's shape
  timestamp,  // stamps signatures
  notary,     // signs Notary JWS
  tuf_root,   // the roles of the repository that publishes keys (TUF)
  tuf_targets,
  tuf_snapshot,
  tuf_timestamp,
};

// "artifact", "rekor-log", ...; inverses of each other.
std::string_view str(KeyRole role);
std::optional<KeyRole> parse_key_role(std::string_view text);
std::span<const KeyRole> all_key_roles();
// Those that signing with everything on needs.
std::span<const KeyRole> signing_roles();
// The algorithm that clients expect of a role.
KeyAlgorithm usual_algorithm(KeyRole role);

enum class KeyState { active, rotated, revoked };
std::string_view str(KeyState state);
std::optional<KeyState> parse_key_state(std::string_view text);

struct KeyEntry {
  KeyRole role = KeyRole::artifact;
  KeyState state = KeyState::active;
  PublicKey key;
  Validity validity;
  std::string reason;  // of a revocation
  std::string secret;  // a file below the key ring's directory, or a pkcs11: URI; empty: not here
  std::string host;    // of the logs' and the time stamp authority's keys: their name
  std::vector<Certificate> chain;  // of the timestamp and notary keys; leaf first

  // "sha256:<hex>" of the public key.
  std::string id() const { return key.digest().str(); }
  bool is_token() const { return secret.starts_with("pkcs11:"); }
};

struct KeyRing {
  std::string host;            // names the installation: its log's origin
  bool local = true;           // made by itself on first use: says nothing about who holds it
  std::vector<KeyEntry> keys;  // oldest first

  // The key that signs for a role now, or null.
  const KeyEntry* active(KeyRole role) const;
  // The entry that a role (its active key), an id, or the first digits (at least 4) of an id's hex
  // names. Fails with not_found, or bad_input when several fit.
  Result<const KeyEntry*> find(std::string_view name) const;

  // Makes `entry` the active key of its role; the one before it becomes rotated as of `now`. Fails
  // with bad_input when the ring has the key already.
  Result<> add(KeyEntry entry, UnixTime now);
  // Signatures that were made after `at` stop counting. Fails with not_found or bad_input.
  Result<> revoke(std::string_view id, UnixTime at, std::string reason);

  // All logs and authorities of the ring, with the times of each.
  TrustedRoot trusted_root() const;
};

// What a verifier needs to check bundles by a key of a ring.
BundleTrust trust_in(const KeyEntry& entry, const TrustedRoot& root, UnixTime now);

// keyring.json, pretty; and back. Fails with corrupt or unsupported (a newer format).
std::string encode(const KeyRing& ring);
Result<KeyRing> parse_keyring(std::string_view text);

// The name and tree id of a key's log in Rekor v1's shape, and its directory below the ring's.
uint64_t rekor_tree_id(const PublicKey& key);
std::string log_directory(const KeyEntry& entry);

}  // namespace kiln::signing
