// SPDX-License-Identifier: Apache-2.0
//
// All packages of some repositories with their names and relations by number: what the universe
// shows of them and what the solver works on.
#pragma once
#include "packages/apk/index.hpp"
#include "packages/apk/relation.hpp"
#include "packages/universe.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kiln::packages::apk {

using NameId = uint32_t;

// One index to add. `text` is what parse_index reads.
struct IndexSource {
  std::shared_ptr<const std::string> text;
  std::string url;   // of the directory that holds the packages
  std::string name;  // "alpine v3.19 main": for people
  std::string tag;   // of the repository; mostly empty
};

// A name that a package has, by itself or by providing it.
struct Provider {
  CandidateId package = UINT32_MAX;
  std::string_view version;  // empty when provided without one
};

// A relation whose name has a number.
struct Link {
  NameId name = 0;
  Relation relation;
};

struct Package {
  IndexEntry entry;
  std::vector<uint32_t> sources;  // indexes that have it, in their order
  NameId name = 0;
  std::vector<std::pair<NameId, std::string_view>> provides;  // and their versions
  std::vector<Link> install_if;
};

class PackageSet {
 public:
  // Packages of one checksum and version in several indexes are one. Fails as parse_index does.
  static Result<PackageSet> create(std::vector<IndexSource> sources);

  size_t size() const { return packages_.size(); }
  size_t name_count() const { return names_.size(); }
  const Package& package(CandidateId id) const { return packages_[id]; }
  const IndexSource& source(uint32_t number) const { return sources_[number]; }
  std::string_view name(NameId id) const { return names_[id].text; }
  std::optional<NameId> find(std::string_view name) const;
  // In the order of the indexes.
  std::span<const Provider> providers(NameId id) const { return names_[id].providers; }
  // Packages that have the name in their install_if.
  std::span<const CandidateId> triggered(NameId id) const { return names_[id].triggered; }
  // The relations of D:, read anew at each call.
  std::vector<Relation> depends(CandidateId id) const {
    return parse_relations(packages_[id].entry.depends);
  }

 private:
  struct Name {
    std::string_view text;
    std::vector<Provider> providers;
    std::vector<CandidateId> triggered;
  };

  NameId number(std::string_view name);
  void add(const IndexEntry& entry, uint32_t source);

  std::vector<IndexSource> sources_;
  std::vector<Package> packages_;
  std::vector<Name> names_;
  std::unordered_map<std::string_view, NameId> numbers_;
};

}  // namespace kiln::packages::apk
