// SPDX-License-Identifier: Apache-2.0
//
// The packages of Alpine repositories as the resolver sees them. Loaded by archive.hpp.
#pragma once
#include "packages/apk/package_set.hpp"
#include "packages/apk/solver.hpp"
#include "packages/universe.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace kiln::packages::apk {

class ApkUniverse final : public Universe {
 public:
  // Answers of the solver are kept in `memory`, where there is one; it must outlive the universe.
  ApkUniverse(PackageSet packages, std::vector<IndexRecord> records, Store* memory = nullptr)
      : set_(std::move(packages)), records_(std::move(records)), memory_(memory) {}

  std::vector<CandidateId> named(std::string_view name) const override;
  std::vector<CandidateId> for_wish(std::string_view name) const override;
  std::vector<CandidateId> providers(std::string_view name) const override;
  bool satisfies(CandidateId candidate, const Requirement& requirement,
                 std::string_view of_architecture) const override;
  const Candidate& get(CandidateId candidate) const override;
  std::strong_ordering compare_versions(std::string_view a, std::string_view b) const override;
  std::string_view without_rebuilds(std::string_view version) const override { return version; }
  std::string_view upstream_of(std::string_view version) const override;
  std::span<const IndexRecord> indexes() const override { return records_; }
  std::vector<std::string> names() const override;
  Elsewhere found_elsewhere(std::string_view) const override { return {}; }
  Result<std::vector<Digest>> digests(std::span<const CandidateId> candidates,
                                      World& world) const override;
  Result<std::optional<Proposal>> propose(
      std::span<const Requirement> wishes,
      const std::set<std::string, std::less<>>& excluded) const override;

  const PackageSet& packages() const { return set_; }

 private:
  Solution solution_for(std::span<const Requirement> wishes,
                        const std::set<std::string, std::less<>>& excluded) const;
  // Fails with unsatisfiable where a wish has a tag that no repository has.
  Result<> check_tags(std::span<const Requirement> wishes) const;
  std::vector<Relation> conditions_of(CandidateId id, std::span<const CandidateId> taken) const;
  std::unique_ptr<Candidate> make(CandidateId id) const;
  std::set<std::string> tags_around(const Requirement& wish) const;
  Error refusal(std::span<const Requirement> wishes,
                const std::vector<std::string>& contradictions) const;

  PackageSet set_;
  std::vector<IndexRecord> records_;
  Store* memory_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<CandidateId, std::unique_ptr<Candidate>> candidates_;
};

}  // namespace kiln::packages::apk
