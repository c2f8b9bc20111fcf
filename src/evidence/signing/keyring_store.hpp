// SPDX-License-Identifier: Apache-2.0
//
// A key ring on disk, with its secrets and logs:
//
//   <ring>/keyring.json  0600    <ring>/keys/<16 hex>.key  0600    <ring>/logs/<16 hex>/
//   <ring>/lock  held while the ring changes
//
// Nothing of it can be made again, so it lies apart from the store.
#pragma once
#include "base/files.hpp"
#include "base/time.hpp"
#include "crypto/pkcs11.hpp"
#include "evidence/signing/keyring.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace kiln::signing {

// Where the user's ring is: what was chosen, $KILN_KEYS, $XDG_DATA_HOME/kiln/signer, or
// ~/.local/share/kiln/signer. Fails with bad_input when there is no HOME either.
Result<Path> keyring_directory(const std::map<std::string, std::string>& environment,
                               const std::optional<Path>& chosen);

// Where a ring's public part lies, which changes with every key made, replaced or revoked.
Path keyring_file(const Path& directory);

// Gives the password of an encrypted key, or the PIN of a token.
using AskPassword = AskPin;

class KeyRingStore {
 public:
  // Opens a ring; not_found when there is none, bad_input when others than its owner may read it.
  static Result<KeyRingStore> open(const Path& directory);
  // Opens a ring and holds its lock, so that it can be changed; makes an empty one named `host` if
  // there is none. Fails with bad_input where the directory holds something else.
  static Result<KeyRingStore> open_to_change(const Path& directory, const std::string& host,
                                             bool local);
  // Opens the ring that builds use when nobody made one: made on first use, with a key for each
  // role that signing needs, unencrypted, under a random name.
  static Result<KeyRingStore> open_or_make_local(const Path& directory, UnixTime now);

  const Path& directory() const { return directory_; }
  const KeyRing& ring() const { return ring_; }

  // Makes a key for a role, with the certificates that it needs, and makes it the active one. The
  // secret is written encrypted when there is a password.
  Result<const KeyEntry*> generate(KeyRole role, KeyAlgorithm algorithm, UnixTime now,
                                   const std::string& password);
  // Takes a key over: `secret_pem` is written as it is and must hold `key`.
  Result<const KeyEntry*> import(KeyRole role, const PublicKey& key, const std::string& secret_pem,
                                 UnixTime now);
  // Takes over a key on a token.
  Result<const KeyEntry*> import_token(KeyRole role, const PublicKey& key, const std::string& uri,
                                       UnixTime now);
  Result<> revoke(std::string_view id, UnixTime now, const std::string& reason);

  // The secret of an entry. Fails with not_found when it is not here.
  Result<std::unique_ptr<SigningKey>> signing_key(const KeyEntry& entry,
                                                  const AskPassword& ask) const;
  // The same for a key that must be in memory: to give it away, or to issue certificates.
  Result<PrivateKey> private_key(const KeyEntry& entry, const AskPassword& ask) const;

 private:
  KeyRingStore(Path directory, KeyRing ring, Fd lock)
      : directory_(std::move(directory)), ring_(std::move(ring)), lock_(std::move(lock)) {}
  Result<const KeyEntry*> add(KeyEntry entry, UnixTime now);
  Result<> save(const KeyRing& ring);

  Path directory_;
  KeyRing ring_;
  Fd lock_;
};

}  // namespace kiln::signing
