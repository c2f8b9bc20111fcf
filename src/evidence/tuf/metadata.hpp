// SPDX-License-Identifier: Apache-2.0
//
// Metadata of a TUF repository (specification 1.0.31, section 4): who may sign what, and signing
// it.
#pragma once
#include "base/time.hpp"
#include "crypto/key.hpp"
#include "data/json.hpp"

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::tuf {

enum class Role { root, targets, snapshot, timestamp };
inline constexpr std::array k_roles = {Role::root, Role::targets, Role::snapshot, Role::timestamp};
std::string_view str(Role role);

// The keys of a role, and how many of them must sign.
struct Signers {
  std::vector<PublicKey> keys;
  size_t threshold = 1;
  bool operator==(const Signers&) const = default;
};

struct Root {
  uint64_t version = 1;
  UnixTime expires = 0;
  std::map<Role, Signers> roles;  // all four

  // The "signed" part.
  Result<Json> json() const;
  // Takes the "signed" part. Fails with corrupt.
  static Result<Root> parse(const Json& part);
};

// What all roles share, for the other three: type, version, expiry, and the given members.
Json signed_part(Role role, uint64_t version, UnixTime expires, Json members);

// SHA-256 of the key's canonical JSON, in hexadecimal.
Result<std::string> key_id(const PublicKey& key);

// A file of metadata: the part and the signatures of all `secrets` that may sign for it. Fails with
// bad_input when they are fewer than one of the `signers` asks for.
Result<std::string> sign(const Json& part, std::span<const Signers> signers,
                         std::span<SigningKey* const> secrets);

// The "signed" part of a file, verified by enough of the signers. Fails with corrupt or unverified.
Result<Json> open(std::string_view file, const Signers& signers);
// The same without verifying.
Result<Json> open_unverified(std::string_view file);

}  // namespace kiln::tuf
