// SPDX-License-Identifier: Apache-2.0
//
// The packages of several suites as the resolver sees them: candidates of one architecture and of
// "all", in apt's order of preference. Archives are loaded by archive.hpp.
#pragma once
#include "packages/deb/index.hpp"
#include "packages/universe.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace kiln::packages::deb {

// A compiled index with what is known of its suite. `keeper` owns the bytes of `index`.
struct LoadedIndex {
  PackageIndex index;
  std::shared_ptr<const void> keeper;
  std::vector<std::string> mirrors;  // base URLs that file names are below
  std::string repository;            // "debian trixie main"
  int priority = 500;
};

// What lies around the indexes of a universe.
class Neighbourhood {
 public:
  virtual ~Neighbourhood() = default;
  virtual Elsewhere holding(std::string_view name) const = 0;
};

class DebUniverse final : public Universe {
 public:
  // The indexes in the order of their repositories.
  DebUniverse(std::string architecture, std::vector<LoadedIndex> indexes,
              std::vector<IndexRecord> records, std::unique_ptr<const Neighbourhood> around = {},
              std::vector<std::string> remarks = {});

  std::vector<CandidateId> named(std::string_view name) const override;
  std::vector<CandidateId> providers(std::string_view name) const override;
  std::vector<CandidateId> unordered_providers(std::string_view name) const override;
  bool satisfies(CandidateId candidate, const Requirement& requirement,
                 std::string_view of_architecture) const override;
  const Candidate& get(CandidateId candidate) const override;
  std::strong_ordering compare_versions(std::string_view a, std::string_view b) const override;
  std::string_view without_rebuilds(std::string_view version) const override;
  std::string_view upstream_of(std::string_view version) const override;
  std::span<const IndexRecord> indexes() const override { return records_; }
  std::vector<std::string> remarks() const override { return remarks_; }
  std::vector<std::string> names() const override;
  Elsewhere found_elsewhere(std::string_view name) const override;

  const std::string& architecture() const { return architecture_; }

 private:
  // A record of one of the indexes.
  struct Place {
    size_t index;
    uint32_t record;
  };
  // A candidate with what the interface does not show.
  struct Entry {
    Candidate candidate;
    std::vector<std::pair<std::string, std::string>> provides;  // name, version or ""
    IndexNumbers numbers;
  };

  Place place_of(CandidateId candidate) const;
  CandidateId id_of(const Place& place) const;
  std::string_view text(const Place& place, IndexField field) const;
  bool installable(const Place& place) const;
  bool same_package(const Place& a, const Place& b) const;
  std::vector<Place> copies_of(const Place& place) const;
  std::unique_ptr<Entry> make_entry(const Place& place) const;
  const Entry& entry(CandidateId candidate) const;
  uint64_t first_mention(const std::string& name) const;
  bool preferred(CandidateId candidate) const;
  bool better_provider(CandidateId a, CandidateId b) const;

  std::string architecture_;
  std::vector<LoadedIndex> indexes_;
  std::vector<CandidateId> begins_;  // of each index's records, and the end of all
  std::vector<IndexRecord> records_;
  std::unique_ptr<const Neighbourhood> around_;
  std::vector<std::string> remarks_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<CandidateId, std::unique_ptr<Entry>> entries_;
  mutable std::map<std::string, uint64_t, std::less<>> mentions_;
};

}  // namespace kiln::packages::deb
