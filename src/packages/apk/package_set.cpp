// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/package_set.hpp"

#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

Result<PackageSet> PackageSet::create(std::vector<IndexSource> sources) {
  PackageSet set;
  set.sources_ = std::move(sources);
  set.numbers_.reserve(1U << 17);
  for (uint32_t i = 0; i < set.sources_.size(); ++i) {
    auto entries = TRY_CONTEXT(parse_index(*set.sources_[i].text),
                               fmt::format("reading the index of {}", set.sources_[i].name));
    for (const IndexEntry& entry : entries) set.add(entry, i);
  }
  return set;
}

NameId PackageSet::number(std::string_view name) {
  auto [place, fresh] = numbers_.try_emplace(name, static_cast<NameId>(names_.size()));
  if (fresh) names_.push_back({name, {}, {}});
  return place->second;
}

std::optional<NameId> PackageSet::find(std::string_view name) const {
  auto found = numbers_.find(name);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

void PackageSet::add(const IndexEntry& entry, uint32_t source) {
  NameId name = number(entry.name);
  for (const Provider& other : names_[name].providers) {
    Package& known = packages_[other.package];
    if (known.name == name && known.entry.checksum == entry.checksum &&
        known.entry.version == entry.version) {
      known.sources.push_back(source);
      return;
    }
  }
  auto id = static_cast<CandidateId>(packages_.size());
  Package package{
      .entry = entry, .sources = {source}, .name = name, .provides = {}, .install_if = {}};
  names_[name].providers.push_back({id, entry.version});
  for (const Relation& provided : parse_relations(entry.provides)) {
    NameId provided_name = number(provided.name);
    package.provides.emplace_back(provided_name, provided.version);
    names_[provided_name].providers.push_back({id, provided.version});
  }
  for (const Relation& relation : parse_relations(entry.install_if)) {
    NameId condition = number(relation.name);
    package.install_if.push_back({condition, relation});
    names_[condition].triggered.push_back(id);
  }
  packages_.push_back(std::move(package));
}

}  // namespace kiln::packages::apk
