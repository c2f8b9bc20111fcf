// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/package_index.hpp"

#include "packages/apk/index_format.hpp"
#include "packages/index_tables.hpp"

#include <bit>
#include <cstring>

namespace kiln::packages::apk {

namespace {

using namespace index_format;

IndexRange range(uint32_t begin, uint32_t end, uint32_t count) {
  if (begin > end || end > count) return {};
  return {begin, end};
}

}  // namespace

Result<PackageIndex> PackageIndex::open(std::string_view bytes) {
  Header header;
  if (bytes.size() < sizeof header) return damaged_index();
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::string_view(header.magic, sizeof header.magic) != k_magic) return damaged_index();
  // A search of the slots ends at an empty one.
  if (!std::has_single_bit(header.slots) || header.slots <= header.names) return damaged_index();
  PackageIndex index;
  index.date_ = header.date;
  index.packages_ = header.packages;
  index.names_ = header.names;
  index.links_ = header.relations;
  index.provides_ = header.provides;
  index.triggered_ = header.triggered;
  index.slots_ = header.slots;
  IndexTables tables(bytes.substr(sizeof header));
  index.package_table_ = tables.take(uint64_t{header.packages} + 1, sizeof(Package));
  index.name_table_ = tables.take(uint64_t{header.names} + 1, sizeof(Name));
  index.link_table_ = tables.take(header.relations, sizeof(index_format::Link));
  index.provide_table_ = tables.take(header.provides, sizeof(Provided));
  index.provider_table_ =
      tables.take(uint64_t{header.packages} + header.provides, sizeof(Provided));
  index.triggered_table_ = tables.take(header.triggered, sizeof(uint32_t));
  index.slot_table_ = tables.take(header.slots, sizeof(uint32_t));
  if (!tables.whole() || tables.rest().size() != header.pool_size) return damaged_index();
  index.pool_ = tables.rest();
  return index;
}

std::string_view PackageIndex::text(uint32_t begin) const {
  uint16_t length;
  if (pool_.size() < sizeof length || begin > pool_.size() - sizeof length) return {};
  std::memcpy(&length, pool_.data() + begin, sizeof length);
  std::string_view rest = pool_.substr(begin + sizeof length);
  return length > rest.size() ? std::string_view{} : rest.substr(0, length);
}

IndexPackage PackageIndex::package(uint32_t number) const {
  if (number >= packages_) return {};
  auto stored = load_item<Package>(package_table_, number);
  return {.name = stored.name,
          .version = text(stored.version),
          .architecture = text(stored.architecture),
          .checksum = text(stored.checksum),
          .origin = text(stored.origin),
          .size = stored.size,
          .installed_size = stored.installed_size,
          .provider_priority = stored.provider_priority};
}

uint32_t PackageIndex::name_of(uint32_t package) const {
  return package < packages_ ? load_item<Package>(package_table_, package).name : UINT32_MAX;
}

std::string_view PackageIndex::name(uint32_t number) const {
  return number < names_ ? text(load_item<Name>(name_table_, number).text) : std::string_view{};
}

std::optional<uint32_t> PackageIndex::find(std::string_view wanted) const {
  for (uint32_t tried = 0, slot = hash_of(wanted); tried < slots_; ++tried, ++slot) {
    auto stored = load_item<uint32_t>(slot_table_, slot & (slots_ - 1));
    if (stored == 0) return std::nullopt;
    if (name(stored - 1) == wanted) return stored - 1;
  }
  return std::nullopt;
}

IndexRange PackageIndex::depends(uint32_t package) const {
  if (package >= packages_) return {};
  auto stored = load_item<Package>(package_table_, package);
  return range(stored.depends, stored.install_if, links_);
}

IndexRange PackageIndex::install_if(uint32_t package) const {
  if (package >= packages_) return {};
  return range(load_item<Package>(package_table_, package).install_if,
               load_item<Package>(package_table_, uint64_t{package} + 1).depends, links_);
}

IndexLink PackageIndex::link(uint32_t number) const {
  IndexLink link{.name = UINT32_MAX, .relation = {.name = {}, .tag = {}, .version = {}}};
  if (number >= links_) return link;
  auto stored = load_item<index_format::Link>(link_table_, number);
  link.name = stored.name;
  link.relation.name = name(stored.name);
  link.relation.version = text(stored.version);
  link.relation.conflict = (stored.flags & k_conflict) != 0;
  link.relation.less = (stored.flags & k_less) != 0;
  link.relation.equal = (stored.flags & k_equal) != 0;
  link.relation.greater = (stored.flags & k_greater) != 0;
  link.relation.fuzzy = (stored.flags & k_fuzzy) != 0;
  return link;
}

IndexRange PackageIndex::provides(uint32_t package) const {
  if (package >= packages_) return {};
  return range(load_item<Package>(package_table_, package).provides,
               load_item<Package>(package_table_, uint64_t{package} + 1).provides, provides_);
}

IndexProvided PackageIndex::provided(uint32_t number) const {
  if (number >= provides_) return {UINT32_MAX, {}};
  auto stored = load_item<Provided>(provide_table_, number);
  return {stored.number, text(stored.version)};
}

IndexRange PackageIndex::providers(uint32_t name) const {
  if (name >= names_) return {};
  return range(load_item<Name>(name_table_, name).providers,
               load_item<Name>(name_table_, uint64_t{name} + 1).providers, packages_ + provides_);
}

IndexProvided PackageIndex::provider(uint32_t number) const {
  if (number >= packages_ + provides_) return {UINT32_MAX, {}};
  auto stored = load_item<Provided>(provider_table_, number);
  return {stored.number, text(stored.version)};
}

IndexRange PackageIndex::triggered(uint32_t name) const {
  if (name >= names_) return {};
  return range(load_item<Name>(name_table_, name).triggered,
               load_item<Name>(name_table_, uint64_t{name} + 1).triggered, triggered_);
}

uint32_t PackageIndex::triggered_package(uint32_t number) const {
  return number < triggered_ ? load_item<uint32_t>(triggered_table_, number) : UINT32_MAX;
}

}  // namespace kiln::packages::apk
