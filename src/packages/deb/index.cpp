// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/index.hpp"

#include "packages/deb/index_format.hpp"
#include "packages/index_tables.hpp"

#include <algorithm>
#include <cstring>
#include <ranges>

namespace kiln::packages::deb {

namespace {

using namespace index_format;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '+' || c == '.' || c == '_';
}

}  // namespace

Result<PackageIndex> PackageIndex::open(std::string_view bytes) {
  Header header;
  if (bytes.size() < sizeof header) return damaged_index();
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::string_view(header.magic, sizeof header.magic) != k_magic) return damaged_index();
  if (header.pool_size > UINT32_MAX) return damaged_index();
  uint64_t records = header.records;

  PackageIndex index;
  index.records_ = header.records;
  index.provided_ = header.provided;
  IndexTables tables(bytes.substr(sizeof header));
  index.numbers_ = tables.take(records, sizeof(Numbers));
  index.bounds_ = tables.take(records * k_index_fields + 1, sizeof(uint32_t));
  index.by_name_ = tables.take(records, sizeof(uint32_t));
  index.provided_names_ = tables.take(header.provided, sizeof(ProvidedName));
  if (!tables.whole() || tables.rest().size() != header.pool_size) return damaged_index();
  index.pool_ = tables.rest();
  return index;
}

uint32_t PackageIndex::bound(size_t place) const {
  return load_item<uint32_t>(bounds_, place);
}

std::string_view PackageIndex::text(uint32_t record, IndexField field) const {
  if (record >= records_) return {};
  size_t place = size_t{record} * k_index_fields + static_cast<size_t>(field);
  uint32_t begin = bound(place);
  uint32_t end = bound(place + 1);
  if (begin > end || end > pool_.size()) return {};
  return pool_.substr(begin, end - begin);
}

IndexNumbers PackageIndex::numbers(uint32_t record) const {
  if (record >= records_) return {};
  auto stored = load_item<Numbers>(numbers_, record);
  IndexNumbers numbers;
  numbers.sha256 = *Digest::from_bytes({stored.sha256, sizeof stored.sha256});
  numbers.size = stored.size;
  numbers.installed_size = stored.installed_size;
  numbers.multi_arch = static_cast<MultiArch>(stored.flags >> k_multi_arch_shift & 3);
  numbers.essential = (stored.flags & k_essential) != 0;
  numbers.important = (stored.flags & k_important) != 0;
  numbers.priority = static_cast<uint8_t>(stored.flags >> k_priority_shift & 7);
  return numbers;
}

uint32_t PackageIndex::by_name(uint32_t place) const {
  return load_item<uint32_t>(by_name_, place);
}

std::vector<uint32_t> PackageIndex::named(std::string_view name) const {
  auto places = std::views::iota(uint32_t{0}, records_);
  auto name_at = [this](uint32_t place) { return text(by_name(place), IndexField::package); };
  std::vector<uint32_t> found;
  auto place = std::ranges::lower_bound(places, name, {}, name_at);
  for (; place != places.end() && name_at(*place) == name; ++place)
    found.push_back(by_name(*place));
  return found;
}

std::string_view PackageIndex::provided_name(uint32_t place) const {
  auto entry = load_item<ProvidedName>(provided_names_, place);
  if (entry.begin > pool_.size() || entry.length > pool_.size() - entry.begin) return {};
  return pool_.substr(entry.begin, entry.length);
}

std::vector<uint32_t> PackageIndex::providers(std::string_view name) const {
  auto places = std::views::iota(uint32_t{0}, provided_);
  auto name_at = [this](uint32_t place) { return provided_name(place); };
  std::vector<uint32_t> found;
  auto place = std::ranges::lower_bound(places, name, {}, name_at);
  for (; place != places.end() && name_at(*place) == name; ++place) {
    uint32_t record = load_item<ProvidedName>(provided_names_, *place).record;
    if (record < records_ && (found.empty() || found.back() != record)) found.push_back(record);
  }
  return found;
}

// A name within the pool counts when it is a whole word of a field of names, without a qualifier
// ("x:any" is another package to apt) and not a version after an operator.
bool PackageIndex::is_mention(size_t begin, size_t end) const {
  auto places = std::views::iota(size_t{0}, size_t{records_} * k_index_fields);
  auto after = std::ranges::upper_bound(places, begin, {},
                                        [this](size_t place) { return size_t{bound(place)}; });
  if (after == places.begin()) return false;
  size_t place = *after - 1;
  size_t field_begin = bound(place);
  size_t field_end = bound(place + 1);
  if (end > field_end || field_end > pool_.size()) return false;
  auto field = static_cast<IndexField>(place % k_index_fields);
  if (field == IndexField::package) return begin == field_begin && end == field_end;
  if (field > IndexField::provides) return false;
  if (end < field_end && (is_name_character(pool_[end]) || pool_[end] == ':')) return false;
  size_t before = begin;
  if (before > field_begin && is_name_character(pool_[before - 1])) return false;
  while (before > field_begin && (pool_[before - 1] == ' ' || pool_[before - 1] == '\n')) --before;
  return before == field_begin || pool_[before - 1] == ',' || pool_[before - 1] == '|';
}

std::optional<uint32_t> PackageIndex::first_mention(std::string_view name) const {
  if (name.empty()) return std::nullopt;
  size_t begin = 0;
  while (const void* hit =
             memmem(pool_.data() + begin, pool_.size() - begin, name.data(), name.size())) {
    begin = static_cast<size_t>(static_cast<const char*>(hit) - pool_.data());
    if (is_mention(begin, begin + name.size())) return static_cast<uint32_t>(begin);
    ++begin;
  }
  return std::nullopt;
}

}  // namespace kiln::packages::deb
