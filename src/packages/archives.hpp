// SPDX-License-Identifier: Apache-2.0
//
// The archives that a target's packages come from, as a distribution reads them out of a
// definition, and what was read to know their packages.
#pragma once
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "model/platform.hpp"
#include "packages/mirrors.hpp"
#include "packages/universe.hpp"
#include "world/world.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kiln::packages {

// A keyring or key that a definition or user names.
struct KeyFile {
  std::string location;  // URL or path, as it was named
  std::string bytes;

  std::string file_name() const;  // the location's last component
  // Whether it could be OpenPGP keys at all: armored, a keybox of GnuPG, or packets, whose first
  // bytes have their highest bit set (RFC 9580 4.2).
  bool may_be_openpgp() const;
  bool is_pem_public_key() const;  // what apk's repositories are signed with (RFC 7468 13)
};

// What is asked of a distribution's archives for one image.
struct ArchiveRequest {
  std::string release;  // "trixie"; of Alpine "3.23"
  model::Platform platform;
  std::vector<std::string> repositories;  // in the distribution's own notation
  std::vector<KeyFile> keyring;           // for `repositories`
  std::vector<KeyFile> trusted_keys;      // the user's, for every repository
  Mirrors mirrors;                        // used instead of an official archive
};

struct ArchiveOptions {
  std::chrono::seconds greatest_age{0};  // of a signed index's date; 0 means no limit
  bool check_valid_until = true;
  // Accept an index older than one that was seen before: for snapshots of the past.
  bool allow_older = false;
};

class Archives {
 public:
  virtual ~Archives() = default;

  // A text that is the same only for archives which give the same packages.
  virtual std::string key() const = 0;

  // The packages of all repositories for the architecture asked for. With world.offline only the
  // store is used. Fails with unverified, not_found (what a repository does not have, a file that
  // no mirror or, offline, the store has), corrupt or network. The world must outlive the universe,
  // which looks around in it when a package is missing.
  virtual Result<std::shared_ptr<const Universe>> load(const ArchiveOptions& options,
                                                       World& world) const = 0;
};

}  // namespace kiln::packages
