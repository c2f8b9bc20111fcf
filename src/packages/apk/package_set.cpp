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

// For packages of the same name.
bool PackageSet::same(const IndexPackage& a, Place b) const {
  IndexPackage other = sources_[b.source].index.package(b.package);
  return a.checksum == other.checksum && a.version == other.version;
}

// A package's place in the first index that has it.
CandidateId PackageSet::first(Place place) const {
  IndexPackage package = sources_[place.source].index.package(place.package);
  std::string_view text = sources_[place.source].index.name(package.name);
  for (uint32_t source = 0; source <= place.source; ++source) {
    const PackageIndex& index = sources_[source].index;
    auto name = index.find(text);
    if (!name) continue;
    IndexRange range = index.providers(*name);
    for (uint32_t i = range.begin; i < range.end; ++i) {
      uint32_t other = index.provider(i).number;
      if (index.name_of(other) == *name && same(package, {source, other}))
        return id({source, other});
    }
  }
  return id(place);
}

std::vector<uint32_t> PackageSet::sources_of(CandidateId id) const {
  IndexPackage package = this->package(id);
  std::string_view text = name(id);
  std::vector<uint32_t> found;
  for (uint32_t source = 0; source < source_count(); ++source) {
    const PackageIndex& index = sources_[source].index;
    auto name = index.find(text);
    if (!name) continue;
    IndexRange range = index.providers(*name);
    for (uint32_t i = range.begin; i < range.end; ++i) {
      uint32_t other = index.provider(i).number;
      if (index.name_of(other) != *name || !same(package, {source, other})) continue;
      found.push_back(source);
      break;
    }
  }
  return found;
}

std::vector<CandidateId> PackageSet::named(std::string_view wanted) const {
  std::vector<CandidateId> found;
  for (uint32_t source = 0; source < source_count(); ++source) {
    const PackageIndex& index = sources_[source].index;
    auto name = index.find(wanted);
    if (!name) continue;
    IndexRange range = index.providers(*name);
    for (uint32_t i = range.begin; i < range.end; ++i) {
      uint32_t package = index.provider(i).number;
      if (index.name_of(package) != *name) continue;
      if (CandidateId known = first({source, package}); known == id({source, package}))
        found.push_back(known);
    }
  }
  // A package that provides its own name stands there twice.
  found.erase(std::ranges::unique(found).begin(), found.end());
  return found;
}

std::vector<PackageSet::Provided> PackageSet::providers(std::string_view wanted) const {
  std::vector<Provided> found;
  for (uint32_t source = 0; source < source_count(); ++source) {
    const PackageIndex& index = sources_[source].index;
    auto name = index.find(wanted);
    if (!name) continue;
    IndexRange range = index.providers(*name);
    for (uint32_t i = range.begin; i < range.end; ++i) {
      IndexProvided provider = index.provider(i);
      if (provider.number >= index.size() || index.name_of(provider.number) == *name) continue;
      Place place{source, provider.number};
      if (first(place) == id(place)) found.push_back({id(place), provider.version});
    }
  }
  return found;
}

}  // namespace kiln::packages::apk
