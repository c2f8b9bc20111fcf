// SPDX-License-Identifier: Apache-2.0
#include "solving.hpp"

#include "support/result_matchers.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

namespace kiln::packages::apk::testing {

using kiln::testing::value;

IndexSource source_of(std::string_view text, std::string name, std::string tag) {
  auto entries = value(parse_index(text, "x86_64"));
  auto bytes = std::make_shared<const std::string>(value(compile_index(entries, 0)));
  PackageIndex index = value(PackageIndex::open(*bytes));
  return {index, bytes, {"http://mirror.test"}, std::move(name), std::move(tag)};
}

Names solved(const PackageSet& set, const Names& wished,
             const std::set<std::string, std::less<>>& excluded) {
  std::vector<Requirement> wishes;
  for (const std::string& word : wished) {
    Relation relation = relation_of_word(word);
    Requirement wish = relation.requirement();
    if (!relation.tag.empty()) wish.name += fmt::format("@{}", relation.tag);
    wishes.push_back(std::move(wish));
  }
  Solution solution = solve(set, wishes, excluded);
  if (!solution.contradictions.empty()) return {"refused"};
  Names names;
  for (CandidateId id : solution.packages)
    names.push_back(fmt::format("{}={}", set.name(id), set.package(id).version));
  std::ranges::sort(names);
  return names;
}

}  // namespace kiln::packages::apk::testing
