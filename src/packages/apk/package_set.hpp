// SPDX-License-Identifier: Apache-2.0
//
// All packages of some repositories: what the universe shows of them. Nothing is copied out of the
// indexes; a package that several have (same name, version and checksum) is known by its place in
// the first.
#pragma once
#include "packages/apk/package_index.hpp"
#include "packages/universe.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages::apk {

// One index.
struct IndexSource {
  PackageIndex index;
  std::shared_ptr<const void> keeper;  // owns its bytes
  std::vector<std::string> urls;       // of the directories that hold its packages, one a mirror
  std::string name;                    // "alpine v3.19 main": for people
  std::string tag;                     // of the repository; mostly empty
};

class PackageSet {
 public:
  // The indexes in the order of the repositories.
  explicit PackageSet(std::vector<IndexSource> sources);

  struct Place {
    uint32_t source = 0;
    uint32_t package = 0;
    bool operator==(const Place&) const = default;
  };
  struct Provided {
    CandidateId package = 0;
    std::string_view version;  // empty when provided without one
  };

  size_t size() const { return begins_.back(); }
  uint32_t source_count() const { return static_cast<uint32_t>(sources_.size()); }
  const IndexSource& source(uint32_t number) const { return sources_[number]; }
  Place place(CandidateId id) const;
  CandidateId id(Place place) const { return begins_[place.source] + place.package; }

  std::string_view name(CandidateId id) const;
  IndexPackage package(CandidateId id) const;
  // The relations of D:, and those of i:.
  std::vector<Relation> depends(CandidateId id) const;
  std::vector<Relation> install_if(CandidateId id) const;
  // Its own name, and those that it provides.
  std::vector<std::string_view> names_of(CandidateId id) const;
  // Whether it has a name, by itself or by providing it, in a version that fits.
  bool satisfies(CandidateId id, const Relation& relation) const;
  // The indexes that have it, in their order.
  std::vector<uint32_t> sources_of(CandidateId id) const;

  // The packages of a name, in the order of the indexes.
  std::vector<CandidateId> named(std::string_view name) const;
  // Those that provide it without being it.
  std::vector<Provided> providers(std::string_view name) const;

 private:
  template <typename Visit>
  void for_each_provider(std::string_view wanted, uint32_t last, Visit visit) const;
  bool same(Place a, Place b) const;
  std::vector<Place> places(Place package, uint32_t last) const;
  bool is_first(Place package) const;
  std::vector<Relation> relations(Place place, IndexRange range) const;

  std::vector<IndexSource> sources_;
  std::vector<CandidateId> begins_;  // of each index's candidates, and the end
};

}  // namespace kiln::packages::apk
