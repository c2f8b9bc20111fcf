// SPDX-License-Identifier: Apache-2.0
//
// The official Debian archive, and the keys that sign it, which come with Kiln: see
// docs/decisions/debian-archive-keys.md for where they are from and how to check them.
#pragma once
#include "base/result.hpp"
#include "packages/deb/repository.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

// What replaces or adds to the official values.
struct ArchiveDefaults {
  std::vector<std::string> mirrors;           // of deb.debian.org/debian; all used instead of it
  std::vector<std::string> security_mirrors;  // of deb.debian.org/debian-security
  std::vector<std::string> extra_keys;        // trusted for these suites besides Debian's own
};

// The suites <codename>, <codename>-updates and <codename>-security, component main. Fails
// (unsupported) for a codename whose keys are not known and names those that are.
Result<std::vector<Repository>> default_repositories(std::string_view codename,
                                                     const ArchiveDefaults& defaults = {});

// The codenames that default_repositories knows, newest first.
std::vector<std::string> known_codenames();

// A public key that comes with Kiln: its name ("trixie-automatic") and armored text.
struct EmbeddedKey {
  std::string_view name;
  std::string_view text;
};
std::span<const EmbeddedKey> embedded_keys();

}  // namespace kiln::packages::deb
