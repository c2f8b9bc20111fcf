// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/solution_memory.hpp"

#include "base/strings.hpp"
#include "crypto/digest.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::packages::apk {

namespace {

constexpr std::string_view k_kind = "apk-solution";

// All that an answer depends on.
std::string key_of(std::span<const IndexRecord> indexes, std::span<const Requirement> wishes,
                   const std::set<std::string, std::less<>>& excluded) {
  std::string text = fmt::format("solver {}\n", k_solver_version);
  for (const IndexRecord& index : indexes)
    text += fmt::format("index {} {}\n", index.index.hex(), index.suite);
  for (const Requirement& wish : wishes)
    text += fmt::format("wish {} {} {} {}\n", wish.name, static_cast<int>(wish.op), wish.version,
                        wish.architecture);
  for (const std::string& name : excluded) text += fmt::format("without {}\n", name);
  return sha256(text).hex();
}

// A package's number is its place in the indexes; its name stands beside it as a check.
void append(std::string& text, std::string_view role, const PackageSet& packages, CandidateId id) {
  text += fmt::format("{} {} {}\n", role, id, packages.name(id));
}

std::optional<CandidateId> read_package(std::string_view number, std::string_view name,
                                        const PackageSet& packages) {
  std::optional<uint64_t> id = parse_decimal(number);
  if (!id || *id >= packages.size() || packages.name(static_cast<CandidateId>(*id)) != name)
    return std::nullopt;
  return static_cast<CandidateId>(*id);
}

}  // namespace

SolutionMemory::SolutionMemory(Store& store, const PackageSet& packages,
                               std::span<const IndexRecord> indexes)
    : store_(store), packages_(packages), indexes_(indexes) {}

std::optional<Solution> SolutionMemory::recall(
    std::span<const Requirement> wishes, const std::set<std::string, std::less<>>& excluded) const {
  std::shared_ptr<const Record> record = store_.cached(k_kind, key_of(indexes_, wishes, excluded));
  if (record == nullptr) return std::nullopt;
  Solution solution;
  for (std::string_view line : split(record->bytes(), '\n')) {
    if (line.empty()) continue;
    std::vector<std::string_view> words = split(line, ' ');
    if (words.size() != 3) return std::nullopt;
    std::optional<CandidateId> id = read_package(words[1], words[2], packages_);
    if (!id) return std::nullopt;
    (words[0] == "takes" ? solution.packages : solution.triggered).push_back(*id);
  }
  return solution;
}

void SolutionMemory::keep(std::span<const Requirement> wishes,
                          const std::set<std::string, std::less<>>& excluded,
                          const Solution& solution) const {
  if (!solution.contradictions.empty()) return;
  std::string text;
  for (CandidateId id : solution.packages) append(text, "takes", packages_, id);
  for (CandidateId id : solution.triggered) append(text, "triggers", packages_, id);
  (void)store_.cache(k_kind, key_of(indexes_, wishes, excluded), text);
}

}  // namespace kiln::packages::apk
