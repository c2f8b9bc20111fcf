// SPDX-License-Identifier: Apache-2.0
//
// The order of providers is that of apt 2.6 (CompareProviders in its depcache.cc): essential before
// important before others, then by priority, and between equals the one whose name apt met last
// when it read the indexes. A provider whose version is not its package's candidate comes last;
// apt does not look at it at all.
#include "packages/deb/universe.hpp"

#include "base/strings.hpp"
#include "net/url.hpp"
#include "packages/deb/relation.hpp"
#include "packages/deb/version.hpp"

#include <algorithm>
#include <climits>
#include <tuple>

#include <fmt/format.h>

namespace kiln::packages::deb {

namespace {

// A malformed field becomes a relation that nothing satisfies and whose name shows the text, so
// that it stops whoever needs the package, and nobody else.
std::vector<Dependency> read_relations(std::string_view field, DependencyKind kind,
                                       std::string_view architecture) {
  auto groups = parse_dependencies(field, kind, architecture);
  if (groups) return std::move(*groups);
  return {{kind, {{.name = printable(field), .op = {}, .version = {}, .architecture = {}}}}};
}

void append(std::vector<Dependency>& to, std::vector<Dependency> more) {
  std::ranges::move(more, std::back_inserter(to));
}

std::string or_else(std::string_view text, const std::string& fallback) {
  return text.empty() ? fallback : std::string(text);
}

}  // namespace

DebUniverse::DebUniverse(std::string architecture, std::vector<LoadedIndex> indexes,
                         std::vector<IndexRecord> records,
                         std::unique_ptr<const Neighbourhood> around,
                         std::vector<std::string> remarks)
    : architecture_(std::move(architecture)),
      indexes_(std::move(indexes)),
      records_(std::move(records)),
      around_(std::move(around)),
      remarks_(std::move(remarks)) {
  CandidateId begin = 0;
  for (const LoadedIndex& loaded : indexes_) {
    begins_.push_back(begin);
    begin += loaded.index.size();
  }
  begins_.push_back(begin);
}

DebUniverse::Place DebUniverse::place_of(CandidateId candidate) const {
  ASSERT(candidate < begins_.back());
  auto after = std::ranges::upper_bound(begins_, candidate);
  auto index = static_cast<size_t>(after - begins_.begin()) - 1;
  return {index, candidate - begins_[index]};
}

CandidateId DebUniverse::id_of(const Place& place) const {
  return begins_[place.index] + place.record;
}

std::string_view DebUniverse::text(const Place& place, IndexField field) const {
  return indexes_[place.index].index.text(place.record, field);
}

bool DebUniverse::installable(const Place& place) const {
  std::string_view architecture = text(place, IndexField::architecture);
  return architecture == architecture_ || architecture == "all";
}

bool DebUniverse::same_package(const Place& a, const Place& b) const {
  return text(a, IndexField::version) == text(b, IndexField::version) &&
         text(a, IndexField::architecture) == text(b, IndexField::architecture) &&
         indexes_[a.index].index.numbers(a.record).sha256 ==
             indexes_[b.index].index.numbers(b.record).sha256;
}

// Everywhere the same package file is listed, in the order of repositories; the first of them
// stands for all.
std::vector<DebUniverse::Place> DebUniverse::copies_of(const Place& place) const {
  std::vector<Place> copies;
  std::string_view name = text(place, IndexField::package);
  for (size_t i = 0; i < indexes_.size(); ++i)
    for (uint32_t record : indexes_[i].index.named(name))
      if (same_package(place, {i, record})) copies.push_back({i, record});
  return copies;
}

std::unique_ptr<DebUniverse::Entry> DebUniverse::make_entry(const Place& place) const {
  auto entry = std::make_unique<Entry>();
  Candidate& candidate = entry->candidate;
  auto field = [&](IndexField which) { return text(place, which); };
  candidate.id = {std::string(field(IndexField::package)), std::string(field(IndexField::version)),
                  std::string(field(IndexField::architecture))};
  candidate.source = or_else(field(IndexField::source), candidate.id.name);
  candidate.source_version = or_else(field(IndexField::source_version), candidate.id.version);
  entry->numbers = indexes_[place.index].index.numbers(place.record);
  candidate.sha256 = entry->numbers.sha256;
  candidate.size = entry->numbers.size;
  candidate.installed_size = entry->numbers.installed_size;
  candidate.essential = entry->numbers.essential;
  candidate.priority = INT_MIN;
  for (const Place& copy : copies_of(place)) {
    const LoadedIndex& loaded = indexes_[copy.index];
    for (const std::string& mirror : loaded.mirrors) {
      std::string url = join_url(mirror, text(copy, IndexField::filename));
      if (std::ranges::find(candidate.urls, url) == candidate.urls.end())
        candidate.urls.push_back(std::move(url));
    }
    if (loaded.priority <= candidate.priority) continue;
    candidate.priority = loaded.priority;
    candidate.repository = loaded.repository;
  }
  using enum DependencyKind;
  candidate.dependencies =
      read_relations(field(IndexField::pre_depends), pre_depends, architecture_);
  append(candidate.dependencies,
         read_relations(field(IndexField::depends), depends, architecture_));
  candidate.conflicts = read_relations(field(IndexField::conflicts), conflicts, architecture_);
  append(candidate.conflicts, read_relations(field(IndexField::breaks), breaks, architecture_));
  if (auto provides = parse_provides(field(IndexField::provides)))
    for (Provided& provided : *provides)
      entry->provides.emplace_back(std::move(provided.name), std::move(provided.version));
  return entry;
}

const DebUniverse::Entry& DebUniverse::entry(CandidateId candidate) const {
  std::scoped_lock lock(mutex_);
  std::unique_ptr<Entry>& entry = entries_[candidate];
  if (entry == nullptr) entry = make_entry(place_of(candidate));
  return *entry;
}

const Candidate& DebUniverse::get(CandidateId candidate) const {
  return entry(candidate).candidate;
}

std::vector<CandidateId> DebUniverse::named(std::string_view name) const {
  std::vector<Place> places;
  for (size_t i = 0; i < indexes_.size(); ++i)
    for (uint32_t record : indexes_[i].index.named(name)) {
      Place place{i, record};
      auto same = [&](const Place& other) { return same_package(place, other); };
      if (installable(place) && std::ranges::none_of(places, same)) places.push_back(place);
    }
  std::vector<CandidateId> found;
  for (const Place& place : places) found.push_back(id_of(place));
  std::ranges::stable_sort(found, [&](CandidateId a, CandidateId b) {
    const Candidate& left = get(a);
    const Candidate& right = get(b);
    if (left.priority != right.priority) return left.priority > right.priority;
    return deb::compare_versions(left.id.version, right.id.version) > 0;
  });
  return found;
}

uint64_t DebUniverse::first_mention(const std::string& name) const {
  std::scoped_lock lock(mutex_);
  auto known = mentions_.find(name);
  if (known != mentions_.end()) return known->second;
  uint64_t mention = UINT64_MAX;
  for (size_t i = 0; i < indexes_.size() && mention == UINT64_MAX; ++i)
    if (auto place = indexes_[i].index.first_mention(name)) mention = uint64_t{i} << 32 | *place;
  mentions_.emplace(name, mention);
  return mention;
}

bool DebUniverse::preferred(CandidateId candidate) const {
  auto all = named(get(candidate).id.name);
  return !all.empty() && all.front() == candidate;
}

bool DebUniverse::better_provider(CandidateId a, CandidateId b) const {
  const Entry& left = entry(a);
  const Entry& right = entry(b);
  auto rank = [](const Entry& entry) {
    return std::tuple(!entry.numbers.essential, !entry.numbers.important, entry.numbers.priority);
  };
  if (rank(left) != rank(right)) return rank(left) < rank(right);
  if (left.candidate.id.name != right.candidate.id.name)
    return first_mention(left.candidate.id.name) > first_mention(right.candidate.id.name);
  if (left.candidate.priority != right.candidate.priority)
    return left.candidate.priority > right.candidate.priority;
  return deb::compare_versions(left.candidate.id.version, right.candidate.id.version) > 0;
}

std::vector<CandidateId> DebUniverse::unordered_providers(std::string_view name) const {
  std::vector<CandidateId> found;
  for (size_t i = 0; i < indexes_.size(); ++i)
    for (uint32_t record : indexes_[i].index.providers(name)) {
      Place place{i, record};
      if (!installable(place) || text(place, IndexField::package) == name) continue;
      CandidateId first = id_of(copies_of(place).front());
      if (std::ranges::find(found, first) == found.end()) found.push_back(first);
    }
  return found;
}

std::vector<CandidateId> DebUniverse::providers(std::string_view name) const {
  std::vector<CandidateId> found = unordered_providers(name);
  if (found.size() < 2) return found;
  auto rest = std::ranges::stable_partition(found, [&](auto id) { return preferred(id); });
  auto better = [&](CandidateId a, CandidateId b) { return better_provider(a, b); };
  std::ranges::stable_sort(found.begin(), rest.begin(), better);
  std::ranges::stable_sort(rest.begin(), rest.end(), better);
  return found;
}

bool DebUniverse::satisfies(CandidateId candidate, const Requirement& requirement,
                            std::string_view) const {
  const Entry& entry = this->entry(candidate);
  const std::string& qualifier = requirement.architecture;
  if (qualifier == "any") {
    if (entry.numbers.multi_arch != MultiArch::allowed) return false;
  } else if (!qualifier.empty() && qualifier != "native" && qualifier != architecture_) {
    return false;
  }
  if (entry.candidate.id.name == requirement.name &&
      satisfies_version(entry.candidate.id.version, requirement))
    return true;
  return std::ranges::any_of(entry.provides, [&](const auto& provided) {
    if (provided.first != requirement.name) return false;
    if (requirement.op == RelationOp::any) return true;
    return !provided.second.empty() && satisfies_version(provided.second, requirement);
  });
}

std::string_view DebUniverse::without_rebuilds(std::string_view version) const {
  return deb::without_rebuilds(version);
}

std::string_view DebUniverse::upstream_of(std::string_view version) const {
  return deb::upstream_of(version);
}

std::strong_ordering DebUniverse::compare_versions(std::string_view a, std::string_view b) const {
  return deb::compare_versions(a, b);
}

std::vector<std::string> DebUniverse::names() const {
  std::vector<std::string_view> all;
  all.reserve(begins_.back());
  for (size_t i = 0; i < indexes_.size(); ++i)
    for (uint32_t n = 0; n < indexes_[i].index.size(); ++n) {
      Place place{i, indexes_[i].index.by_name(n)};
      if (installable(place)) all.push_back(text(place, IndexField::package));
    }
  std::ranges::sort(all);
  all.erase(std::ranges::unique(all).begin(), all.end());
  return {all.begin(), all.end()};
}

Elsewhere DebUniverse::found_elsewhere(std::string_view name) const {
  Elsewhere found;
  for (size_t i = 0; i < indexes_.size(); ++i)
    for (uint32_t record : indexes_[i].index.named(name))
      if (!installable({i, record}))
        found.places.push_back(fmt::format("{} (for {})", indexes_[i].repository,
                                           text({i, record}, IndexField::architecture)));
  if (!found.places.empty() || around_ == nullptr) return found;
  return around_->holding(name);
}

}  // namespace kiln::packages::deb
