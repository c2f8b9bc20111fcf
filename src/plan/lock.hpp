// SPDX-License-Identifier: Apache-2.0
//
// The lock: the plans of a definition in a file, with what led to them. A build from a lock needs
// no archive index and gives the same bytes; what the lock keeps besides the plans is for people
// and checks, and influences no image. The format is described in docs/formats/lock.md.
#pragma once
#include "base/time.hpp"
#include "plan/pins.hpp"
#include "plan/plan.hpp"
#include "plan/resolver.hpp"
#include "plan/rewrites.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::plan {

inline constexpr int k_lock_format = 2;  // the newest; 1 has no places, and is read as well

// Where a planned package comes from, and why it is there.
struct Origin {
  std::string source;  // source package
  std::string source_version;
  std::string repository;         // "debian trixie-security main"
  std::vector<std::string> urls;  // one a mirror, in order of preference
  uint64_t installed_size = 0;    // bytes, as the package declares it
  std::vector<Reason> reasons;    // the first one brought it in
  bool operator==(const Origin&) const = default;
};

// A signed index that was read to make the plan.
struct LockedIndex {
  std::string url;  // of the directory that holds the signed file
  std::string suite;
  std::string component;
  UnixTime date = 0;              // of publication, as signed
  Digest release;                 // of the signed file
  Digest index;                   // of the package list
  std::vector<std::string> keys;  // fingerprints of the keys that signed
  bool operator==(const LockedIndex&) const = default;
};

// What became of a maintainer script: the words of the account that the root file system gives.
struct LockedScript {
  std::string package;
  std::string script;  // "postinst"
  Digest sha256;
  std::string verdict;
  std::string reason;
  bool operator==(const LockedScript&) const = default;
};

struct LockedPlan {
  Plan plan;
  std::vector<Origin> origins;  // one for each package of the plan, in its order
  std::vector<LockedIndex> indexes;
  PinPolicy pins = PinPolicy::exact;
  std::vector<Relaxation> relaxations;
  std::vector<Rewrite> rewrites;
  std::vector<LockedScript> scripts;
  std::vector<std::string> warnings;
  // Where the definition says what its parts are: "paths[3]" (of the plan's spec), "accounts" and
  // "os-release" to "image/curl/debian-13/8.yaml:34:5". For the bill of materials.
  std::map<std::string, std::string> places;
};

struct Lock {
  std::string kiln_version;
  std::string definition;  // "image/curl/debian-13/8"
  UnixTime created = 0;
  std::vector<LockedPlan> plans;  // one a platform

  // The plan of a platform; null when the lock has none.
  const LockedPlan* find(const model::Platform& platform) const;
};

// The file's text: canonical JSON and a newline.
std::string write_lock(const Lock& lock);

// The inverse. Fails with corrupt when the text is no lock or a plan differs from the digest that
// stands beside it, with unsupported when it was written in a newer format.
Result<Lock> read_lock(std::string_view text);

}  // namespace kiln::plan
