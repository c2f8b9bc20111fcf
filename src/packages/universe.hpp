// SPDX-License-Identifier: Apache-2.0
//
// What the resolver sees of a distribution: the candidate packages of one target across all its
// repositories, and the distribution's own rules for versions, relations and preference. The
// resolver knows neither dpkg nor apk; deb/ and apk/ each give a Universe.
#pragma once
#include "base/result.hpp"
#include "base/time.hpp"
#include "crypto/digest.hpp"
#include "model/package_id.hpp"
#include "world/world.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages {

enum class RelationOp { any, less, less_equal, equal, greater_equal, greater, fuzzy };

// One relation: "libc6 (>= 2.34)", "python3:any". `architecture` is the qualifier, usually empty.
struct Requirement {
  std::string name;
  RelationOp op = RelationOp::any;
  std::string version;
  std::string architecture;

  std::string str() const;  // in Debian's notation
  bool operator==(const Requirement&) const = default;
};

enum class DependencyKind {
  pre_depends,
  depends,
  conflicts,
  breaks,
  recommends,
  suggests,
  install_if
};

std::string_view str(DependencyKind kind);

// A group of alternatives, any of which satisfies it, in the order in which they were written.
struct Dependency {
  DependencyKind kind = DependencyKind::depends;
  std::vector<Requirement> alternatives;

  std::string str() const;  // "default-mta | mail-transport-agent"
};

// A candidate's place in its universe; stable for the universe's life, meaningless beyond.
using CandidateId = uint32_t;

// All that is known of a candidate before it is fetched.
struct Candidate {
  model::PackageId id;
  std::string source;  // source package
  std::string source_version;
  std::vector<std::string> urls;  // one a mirror, in order of preference
  Digest sha256;                  // zero where the index does not have it: see Universe::digests
  uint64_t size = 0;              // bytes of the package file
  uint64_t installed_size = 0;    // bytes, as the package declares it
  std::string repository;         // "debian trixie-security main": what `explain` shows
  int priority = 500;             // pin priority in apt's sense
  bool essential = false;
  std::vector<Dependency> dependencies;  // pre_depends and depends, in order
  std::vector<Dependency> conflicts;     // conflicts and breaks
};

// Where a package is that a target's candidates lack; for messages.
struct Elsewhere {
  std::vector<std::string> places;    // suites or repositories
  std::vector<std::string> not_read;  // could not be looked at: no network, or a broken chain
};

// Where one index came from and what vouches for it: goes into locks.
struct IndexRecord {
  std::string url;  // of the signed file, as it was fetched
  std::string suite;
  std::string component;  // empty where an archive has none
  UnixTime date = 0;      // of publication
  std::optional<UnixTime> valid_until;
  Digest release;                         // sha256 of the signed file
  Digest index;                           // sha256 of the package list, as it was fetched
  std::vector<std::string> fingerprints;  // of the keys whose signatures were found good

  bool operator==(const IndexRecord&) const = default;
};

// What the distribution's own package manager would install for a question.
struct Proposal {
  std::vector<CandidateId> taken;
  // Members that no dependency asks for: they come as a consequence of others.
  struct Triggered {
    CandidateId candidate;
    CandidateId cause;    // one of those it is a consequence of
    Dependency relation;  // the conditions, for people
  };
  std::vector<Triggered> triggered;
};

class Universe {
 public:
  virtual ~Universe() = default;

  // Candidates of that name which the target can install, the one to prefer first: by priority,
  // then by version, then by order of repositories.
  virtual std::vector<CandidateId> named(std::string_view name) const = 0;

  // Of these, the ones that a wish by that name may take, the one to prefer first.
  virtual std::vector<CandidateId> for_wish(std::string_view name) const { return named(name); }

  // Candidates that provide the name virtually (not by being it), in the distribution's order of
  // preference.
  virtual std::vector<CandidateId> providers(std::string_view name) const = 0;

  // The same candidates in any fixed order: for where preference does not matter and is dear.
  virtual std::vector<CandidateId> unordered_providers(std::string_view name) const {
    return providers(name);
  }

  // Whether a candidate, by name or by what it provides, satisfies a requirement of a package of
  // the given architecture.
  virtual bool satisfies(CandidateId candidate, const Requirement& requirement,
                         std::string_view of_architecture) const = 0;

  // Parsed on first use and kept.
  virtual const Candidate& get(CandidateId candidate) const = 0;

  // The distribution's order of versions.
  virtual std::strong_ordering compare_versions(std::string_view a, std::string_view b) const = 0;

  // A version without what marks a rebuild of the same source: "5.2.37-2" of "5.2.37-2+b10".
  virtual std::string_view without_rebuilds(std::string_view version) const = 0;

  // The version that upstream gave: "5.2.37" of "1:5.2.37-2+b10".
  virtual std::string_view upstream_of(std::string_view version) const = 0;

  // Where a package manager's choice depends on all of a question and not on each relation by
  // itself, what it would choose; the resolver prefers these candidates, checks them and finds the
  // reasons. Fails (unsatisfiable) where the package manager would refuse.
  virtual Result<std::optional<Proposal>> propose(
      std::span<const Requirement> /*wishes*/,
      const std::set<std::string, std::less<>>& /*excluded*/) const {
    return std::nullopt;
  }

  // The SHA-256 of each candidate's file, in order. A distribution whose index does not have it
  // fetches files that the store has not seen, and fails as a fetch does.
  virtual Result<std::vector<Digest>> digests(std::span<const CandidateId> candidates,
                                              World& world) const;

  // Everything that was read to make this universe, in the order of the repositories.
  virtual std::span<const IndexRecord> indexes() const = 0;

  // What its user should know of the archives behind it, in sentences: one that was left out, one
  // whose time is over.
  virtual std::vector<std::string> remarks() const { return {}; }

  // All package names, sorted: for near misses and for questions.
  virtual std::vector<std::string> names() const = 0;

  // Where else a name is that this target's candidates lack. May use the network for seconds: only
  // for the message of a failure.
  virtual Elsewhere found_elsewhere(std::string_view name) const = 0;
};

}  // namespace kiln::packages
