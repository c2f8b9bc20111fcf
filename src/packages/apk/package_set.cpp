// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/package_set.hpp"

#include <algorithm>

namespace kiln::packages::apk {

PackageSet::PackageSet(std::vector<IndexSource> sources) : sources_(std::move(sources)) {
  uint64_t begin = 0;
  for (const IndexSource& source : sources_) {
    begins_.push_back(static_cast<CandidateId>(begin));
    begin += source.index.size();
    ASSERT(begin < UINT32_MAX);
  }
  begins_.push_back(static_cast<CandidateId>(begin));
}

PackageSet::Place PackageSet::place(CandidateId id) const {
  auto after = std::ranges::upper_bound(begins_, id);
  auto source = static_cast<uint32_t>(after - begins_.begin() - 1);
  return {source, id - begins_[source]};
}

std::string_view PackageSet::name(CandidateId id) const {
  Place at = place(id);
  const PackageIndex& index = sources_[at.source].index;
  return index.name(index.name_of(at.package));
}

IndexPackage PackageSet::package(CandidateId id) const {
  Place at = place(id);
  return sources_[at.source].index.package(at.package);
}

std::vector<Relation> PackageSet::relations(Place place, IndexRange range) const {
  std::vector<Relation> relations;
  for (uint32_t i = range.begin; i < range.end; ++i)
    relations.push_back(sources_[place.source].index.link(i).relation);
  return relations;
}

std::vector<Relation> PackageSet::depends(CandidateId id) const {
  Place at = place(id);
  return relations(at, sources_[at.source].index.depends(at.package));
}

std::vector<Relation> PackageSet::install_if(CandidateId id) const {
  Place at = place(id);
  return relations(at, sources_[at.source].index.install_if(at.package));
}

std::vector<std::string_view> PackageSet::names_of(CandidateId id) const {
  Place at = place(id);
  const PackageIndex& index = sources_[at.source].index;
  std::vector<std::string_view> names{index.name(index.name_of(at.package))};
  IndexRange range = index.provides(at.package);
  for (uint32_t i = range.begin; i < range.end; ++i)
    names.push_back(index.name(index.provided(i).number));
  return names;
}

bool PackageSet::satisfies(CandidateId id, const Relation& relation) const {
  Place at = place(id);
  const PackageIndex& index = sources_[at.source].index;
  auto name = index.find(relation.name);
  if (!name) return false;
  IndexPackage package = index.package(at.package);
  if (package.name == *name && fits(relation, package.version)) return true;
  IndexRange range = index.provides(at.package);
  for (uint32_t i = range.begin; i < range.end; ++i) {
    IndexProvided provided = index.provided(i);
    if (provided.number == *name && fits(relation, provided.version)) return true;
  }
  return false;
}

// Calls visit(place, by_itself, version) for all that have a name in the indexes up to `last`, by
// being it or by providing it in that version.
template <typename Visit>
void PackageSet::for_each_provider(std::string_view wanted, uint32_t last, Visit visit) const {
  for (uint32_t source = 0; source <= last && source < source_count(); ++source) {
    const PackageIndex& index = sources_[source].index;
    auto name = index.find(wanted);
    if (!name) continue;
    IndexRange range = index.providers(*name);
    for (uint32_t i = range.begin; i < range.end; ++i) {
      IndexProvided provider = index.provider(i);
      if (provider.number >= index.size()) continue;
      bool by_itself = index.name_of(provider.number) == *name;
      visit(Place{source, provider.number}, by_itself, provider.version);
    }
  }
}

// Whether two packages of the same name are the same one.
bool PackageSet::same(Place a, Place b) const {
  IndexPackage one = sources_[a.source].index.package(a.package);
  IndexPackage other = sources_[b.source].index.package(b.package);
  return one.checksum == other.checksum && one.version == other.version;
}

// The places of a package in the indexes up to `last`, one an index.
std::vector<PackageSet::Place> PackageSet::places(Place package, uint32_t last) const {
  std::vector<Place> found;
  auto visit = [&](Place other, bool by_itself, std::string_view) {
    bool known = !found.empty() && found.back().source == other.source;
    if (by_itself && !known && same(package, other)) found.push_back(other);
  };
  for_each_provider(name(id(package)), last, visit);
  return found;
}

// Whether no index has the package before this place.
bool PackageSet::is_first(Place package) const {
  std::vector<Place> found = places(package, package.source);
  return found.empty() || found.front() == package;
}

std::vector<uint32_t> PackageSet::sources_of(CandidateId id) const {
  std::vector<uint32_t> found;
  for (Place other : places(place(id), source_count())) found.push_back(other.source);
  return found;
}

std::vector<CandidateId> PackageSet::named(std::string_view wanted) const {
  std::vector<CandidateId> found;
  auto visit = [&](Place package, bool by_itself, std::string_view) {
    if (by_itself && is_first(package)) found.push_back(id(package));
  };
  for_each_provider(wanted, source_count(), visit);
  // A package that provides its own name stands there twice.
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::vector<PackageSet::Provided> PackageSet::providers(std::string_view wanted) const {
  std::vector<Provided> found;
  auto visit = [&](Place package, bool by_itself, std::string_view version) {
    if (!by_itself && is_first(package)) found.push_back({id(package), version});
  };
  for_each_provider(wanted, source_count(), visit);
  return found;
}

}  // namespace kiln::packages::apk
