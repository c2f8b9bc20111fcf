// SPDX-License-Identifier: Apache-2.0
//
// OpenPGP signatures (RFC 9580) of package archives: InRelease and Release with Release.gpg. A
// keyring holds the keys that are trusted for one archive, and judges them as of one moment: a
// signature counts when it was made with SHA-2 or better by a key of the keyring that is neither
// expired nor revoked at that moment, is of at least 2048 bits if RSA or DSA, and may sign.
#pragma once
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

struct KeyInfo {
  std::string fingerprint;  // upper-case hexadecimal, of the primary key
  std::string user_id;
  UnixTime created = 0;
  std::optional<UnixTime> expires;
  std::vector<std::string> subkeys;  // their fingerprints
};

struct Signature {
  std::string fingerprint;  // of the primary key, as in KeyInfo
  std::string signed_by;    // of the key or subkey that made it
  UnixTime created = 0;
};

struct VerifiedText {
  std::string content;
  std::vector<Signature> valid;  // never empty
};

class Keyring {
 public:
  // Reads public keys, armored or binary, any number a blob. `now` is the moment that decides what
  // is expired. Fails with corrupt on a blob without a usable key.
  static Result<Keyring> load(std::span<const std::string> key_blobs, UnixTime now);

  // Names the set of primary keys: it does not depend on their order or form, and stays the same
  // when a key's expiry is prolonged.
  Digest digest() const;
  // Sorted by fingerprint.
  const std::vector<KeyInfo>& keys() const;

 private:
  friend Result<VerifiedText> verify_cleartext(std::string_view message, const Keyring& keyring);
  friend Result<std::vector<Signature>> verify_detached(std::string_view content,
                                                        std::string_view signature,
                                                        const Keyring& keyring);
  struct State;
  explicit Keyring(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

// Verifies a cleartext signed message (InRelease) and gives the text that was signed: without dash
// escapes, blanks at the ends of lines, which are not covered by signatures, and with "\n" after
// each line. Nothing may stand before or after the message. Fails with corrupt when it is not one
// such message, with unverified when no signature counts; the error then names what was found.
Result<VerifiedText> verify_cleartext(std::string_view message, const Keyring& keyring);

// Verifies `content` (Release) by a detached signature, armored or binary (Release.gpg).
Result<std::vector<Signature>> verify_detached(std::string_view content, std::string_view signature,
                                               const Keyring& keyring);

}  // namespace kiln
