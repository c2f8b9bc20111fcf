// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/joined_names.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace kiln::packages::apk {

namespace {

constexpr uint32_t k_absent = UINT32_MAX;

// MurmurHash3 of 32 bits, by which apk keeps its names.
uint32_t hash_of(std::string_view text) {
  constexpr uint32_t k_seed = 5381;
  auto mixed = [](uint32_t word) { return std::rotl(word * 0xcc9e2d51, 15) * 0x1b873593; };
  uint32_t hash = k_seed;
  size_t place = 0;
  for (; place + 4 <= text.size(); place += 4) {
    uint32_t word;
    std::memcpy(&word, text.data() + place, sizeof word);
    hash = std::rotl(hash ^ mixed(word), 13) * 5 + 0xe6546b64;
  }
  uint32_t rest = 0;
  for (size_t i = text.size(); i-- > place;) rest = rest << 8 | static_cast<uint8_t>(text[i]);
  hash ^= mixed(rest) ^ static_cast<uint32_t>(text.size());
  hash = (hash ^ hash >> 16) * 0x85ebca6b;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35;
  return hash ^ hash >> 16;
}

// `mention` counts the names before it in all indexes.
uint64_t rank_of(std::string_view text, uint64_t mention) {
  constexpr uint32_t k_buckets = 20000;
  return uint64_t{hash_of(text) % k_buckets} << 40 | (~mention & 0xffffffffff);
}

}  // namespace

JoinedNames::JoinedNames(const PackageSet& set) : set_(set) {
  for (uint32_t source = 0; source < set.source_count(); ++source) {
    name_numbers_.emplace_back(set.source(source).index.name_count());
    package_numbers_.emplace_back(set.source(source).index.size());
  }
}

NameId JoinedNames::add(std::string_view text, std::pair<uint32_t, uint32_t> known) {
  auto id = static_cast<NameId>(names_.size());
  Name& name = names_.emplace_back();
  name.text = text;
  uint64_t mention = UINT32_MAX;
  places_.resize(places_.size() + set_.source_count(), k_absent);
  for (uint32_t source = set_.source_count(); source-- > 0;) {
    std::optional<uint32_t> there =
        source == known.first ? known.second : set_.source(source).index.find(text);
    if (!there) continue;
    place(id, source) = *there;
    name_numbers_[source][*there] = id + 1;
    mention = uint64_t{source} << 32 | *there;
  }
  name.rank = rank_of(text, mention);
  return id;
}

NameId JoinedNames::number(uint32_t source, uint32_t name) {
  if (name >= name_numbers_[source].size()) return number(std::string_view{});
  if (NameId known = name_numbers_[source][name]; known != 0) return known - 1;
  return add(set_.source(source).index.name(name), {source, name});
}

NameId JoinedNames::number(std::string_view text) {
  for (uint32_t source = 0; source < set_.source_count(); ++source)
    if (auto there = set_.source(source).index.find(text)) return number(source, *there);
  auto known = std::ranges::find(strangers_, text, [](const auto& entry) { return entry.first; });
  if (known != strangers_.end()) return known->second;
  strangers_.emplace_back(text, add(text, {UINT32_MAX, 0}));
  return strangers_.back().second;
}

// Gives numbers to the packages that a name is the name of; equal ones of several indexes share
// one.
void JoinedNames::number_packages(NameId id) {
  if (std::exchange(names_[id].packages_known, true)) return;
  std::vector<std::pair<PackageId, IndexPackage>> known;
  for (uint32_t source = 0; source < set_.source_count(); ++source) {
    if (place(id, source) == k_absent) continue;
    const PackageIndex& index = set_.source(source).index;
    IndexRange range = index.providers(place(id, source));
    for (uint32_t i = range.begin; i < range.end; ++i) {
      uint32_t there = index.provider(i).number;
      if (there >= index.size() || package_numbers_[source][there] != 0) continue;
      IndexPackage package = index.package(there);
      if (package.name != place(id, source)) continue;
      auto same = std::ranges::find_if(known, [&](const auto& other) {
        return other.second.checksum == package.checksum && other.second.version == package.version;
      });
      PackageId number =
          same == known.end() ? static_cast<PackageId>(packages_.size()) : same->first;
      package_numbers_[source][there] = number + 1;
      if (same == known.end()) {
        known.emplace_back(number, package);
        Package& added = packages_.emplace_back().package;
        added.candidate = set_.id({source, there});
        added.name = id;
        added.version = package.version;
        added.provider_priority = package.provider_priority;
      }
      packages_[number].package.sources.push_back(source);
    }
  }
}

PackageId JoinedNames::package_number(uint32_t source, uint32_t package) {
  if (package >= package_numbers_[source].size()) return k_nobody;
  PackageId& number = package_numbers_[source][package];
  if (number == 0)
    number_packages(this->number(source, set_.source(source).index.name_of(package)));
  return number - 1;  // k_nobody when the index contradicts itself
}

void JoinedNames::join(NameId id) {
  if (std::exchange(names_[id].joined, true)) return;
  size_t most = 0;
  for (uint32_t source = 0; source < set_.source_count(); ++source)
    if (place(id, source) != k_absent) {
      IndexRange range = set_.source(source).index.providers(place(id, source));
      most += range.end - range.begin;
    }
  auto* list = this->list<Provider>(most);
  size_t size = 0;
  for (uint32_t source = 0; source < set_.source_count(); ++source) {
    uint32_t there = place(id, source);
    if (there == k_absent) continue;
    const PackageIndex& index = set_.source(source).index;
    IndexRange range = index.providers(there);
    for (uint32_t i = range.begin; i < range.end; ++i) {
      IndexProvided provider = index.provider(i);
      PackageId number = package_number(source, provider.number);
      // One that several indexes have counts for the first.
      if (number != k_nobody &&
          packages_[number].package.candidate == set_.id({source, provider.number}))
        std::construct_at(list + size++, Provider{number, provider.version});
    }
  }
  names_[id].providers = {list, size};
}

std::span<const Provider> JoinedNames::providers(NameId id) {
  join(id);
  return names_[id].providers;
}

std::span<const NameId> JoinedNames::triggered(NameId id) {
  if (std::exchange(names_[id].triggered_known, true)) return names_[id].triggered;
  std::vector<std::pair<uint64_t, NameId>> ranked;
  auto add = [&](NameId name) {
    if (std::exchange(names_[name].listed_for, id + 1) != id + 1)
      ranked.emplace_back(rank(name), name);
  };
  for (uint32_t source = 0; source < set_.source_count(); ++source) {
    if (place(id, source) == k_absent) continue;
    const PackageIndex& index = set_.source(source).index;
    IndexRange range = index.triggered(place(id, source));
    for (uint32_t i = range.begin; i < range.end; ++i) {
      PackageId number = package_number(source, index.triggered_package(i));
      if (number == k_nobody) continue;
      const Package& held = package(number);
      add(held.name);
      for (const auto& [provided, version] : held.provides) add(provided);
    }
  }
  std::ranges::sort(ranked);
  auto* list = this->list<NameId>(ranked.size());
  for (size_t i = 0; i < ranked.size(); ++i) list[i] = ranked[i].second;
  return names_[id].triggered = {list, ranked.size()};
}

std::span<const Link> JoinedNames::links(uint32_t source, IndexRange range) {
  size_t size = range.end - range.begin;
  auto* list = this->list<Link>(size);
  for (size_t i = 0; i < size; ++i) {
    IndexLink link = set_.source(source).index.link(range.begin + static_cast<uint32_t>(i));
    std::construct_at(list + i, Link{number(source, link.name), link.relation});
  }
  return {list, size};
}

const Package& JoinedNames::package(PackageId id) {
  Held& held = packages_[id];
  if (std::exchange(held.complete, true)) return held.package;
  auto [source, there] = set_.place(held.package.candidate);
  const PackageIndex& index = set_.source(source).index;
  IndexRange range = index.provides(there);
  size_t size = range.end - range.begin;
  using Provided = std::pair<NameId, std::string_view>;
  auto* list = this->list<Provided>(size);
  for (size_t i = 0; i < size; ++i) {
    IndexProvided provided = index.provided(range.begin + static_cast<uint32_t>(i));
    std::construct_at(list + i, Provided{number(source, provided.number), provided.version});
  }
  held.package.provides = {list, size};
  held.package.install_if = links(source, index.install_if(there));
  return held.package;
}

std::span<const Link> JoinedNames::depends(PackageId id) {
  auto [source, there] = set_.place(packages_[id].package.candidate);
  return links(source, set_.source(source).index.depends(there));
}

}  // namespace kiln::packages::apk
