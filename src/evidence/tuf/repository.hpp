// SPDX-License-Identifier: Apache-2.0
//
// A TUF repository as files that any web server can serve (specification 1.0.31, sections 5 and 6.2
// with consistent snapshots):
//
//   <dir>/<N>.root.json  <dir>/<N>.targets.json  <dir>/<N>.snapshot.json  <dir>/timestamp.json
//   <dir>/targets/<sha256>.<name>
//
// A client that has any root of it follows the chain of roots to the newest one.
#pragma once
#include "base/files.hpp"
#include "evidence/tuf/metadata.hpp"

#include <optional>

namespace kiln::tuf {

struct Publication {
  std::map<Role, Signers> roles;               // all four
  std::map<std::string, std::string> targets;  // name, such as "trusted_root.json", and bytes
  UnixTime now = 0;
  // How long each role's metadata is good, in seconds.
  std::map<Role, UnixTime> lifetimes = {{Role::root, 365 * 86400},
                                        {Role::targets, 90 * 86400},
                                        {Role::snapshot, 30 * 86400},
                                        {Role::timestamp, 7 * 86400}};
};

struct Published {
  uint64_t root = 0;  // versions
  uint64_t targets = 0;
  uint64_t snapshot = 0;
  uint64_t timestamp = 0;
  bool new_root = false;
};

// Brings a repository to this state with the secrets that are at hand. A new root is made when the
// keys changed or more than half of its time is over; it is signed by the keys of the old root and
// its own. The time stamp is replaced last, so that clients see the old state or the new one.
// Fails with bad_input when keys are missing for what must be signed, or with unverified or corrupt
// when the repository that is there is not one of these keys.
Result<Published> publish(const Path& directory, const Publication& publication,
                          std::span<SigningKey* const> secrets);

// The newest root of a repository, each root verified by the one before; nothing when there is
// none.
Result<std::optional<Root>> newest_root(const Path& directory);

}  // namespace kiln::tuf
