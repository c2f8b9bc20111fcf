// SPDX-License-Identifier: Apache-2.0
//
// Release files: the signed head of a suite, which names every index by size and SHA-256
// (https://wiki.debian.org/DebianRepository/Format).
#pragma once
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::deb {

struct ReleaseFile {
  Digest sha256;
  uint64_t size = 0;  // bytes
};

struct Release {
  std::string origin;
  std::string label;
  std::string suite;
  std::string codename;
  std::string version;
  UnixTime date = 0;
  std::optional<UnixTime> valid_until;
  std::vector<std::string> architectures;
  std::vector<std::string> components;  // without a leading "updates/"
  bool not_automatic = false;
  bool but_automatic_upgrades = false;
  bool acquire_by_hash = false;
  // Packages of architecture "all" stand in every architecture's index, not in one of their own.
  bool all_within_architectures = true;
  std::map<std::string, ReleaseFile, std::less<>> files;  // by path below the suite's directory
};

// Reads the text of a Release file. Fails (corrupt) on bad syntax, a missing or bad Date and bad
// or contradicting entries; with unverified when it has no SHA256 list.
Result<Release> parse_release(std::string_view text);

}  // namespace kiln::packages::deb
