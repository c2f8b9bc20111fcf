// SPDX-License-Identifier: Apache-2.0
//
// The search on random little universes, judged by trying all sets: it finds an answer exactly
// when there is one, its answers hold, and they depend on nothing but the question.
#include "plan/resolver.hpp"
#include "support/mock_universe.hpp"
#include "support/shared_data.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using packages::CandidateId;
using testing::MockUniverse;

class RandomUniverse {
 public:
  explicit RandomUniverse(std::mt19937_64& random) : random_(random) {
    for (size_t i = 0; i < k_names; ++i)
      for (size_t version = 1 + random_() % 2; version > 0; --version) add(i, version);
  }
  const std::string& text() const { return text_; }

 private:
  static constexpr size_t k_names = 7;

  std::string name() { return std::string(1, static_cast<char>('a' + random_() % k_names)); }

  std::string relation() {
    if (random_() % 6 == 0) return "virtual";
    static constexpr std::array<std::string_view, 4> k_versions{"", "", " (>= 2)", " (<< 2)"};
    return name() + std::string(k_versions[random_() % k_versions.size()]);
  }

  void add(size_t i, size_t version) {
    text_ += fmt::format("{} {}", static_cast<char>('a' + i), version);
    static constexpr std::array<std::string_view, 2> k_kinds{"Depends", "Pre-Depends"};
    for (size_t n = random_() % 3; n > 0; --n) {
      text_ += fmt::format("; {}: {}", k_kinds[random_() % 2], relation());
      for (size_t more = random_() % 3; more > 0; --more) text_ += " | " + relation();
    }
    if (random_() % 3 == 0) text_ += "; Conflicts: " + relation();
    if (random_() % 4 == 0) text_ += "; Provides: virtual";
    text_ += "\n";
  }

  std::mt19937_64& random_;
  std::string text_;
};

bool holds(const MockUniverse& universe, const std::vector<CandidateId>& set) {
  auto met = [&](const packages::Requirement& wanted, std::string_view except) {
    return std::ranges::any_of(set, [&](CandidateId id) {
      return universe.get(id).id.name != except && universe.satisfies(id, wanted, "amd64");
    });
  };
  std::set<std::string> names;
  for (CandidateId id : set) {
    const packages::Candidate& member = universe.get(id);
    if (!names.insert(member.id.name).second) return false;
    for (const packages::Dependency& dependency : member.dependencies)
      if (std::ranges::none_of(dependency.alternatives,
                               [&](const auto& wanted) { return met(wanted, ""); }))
        return false;
    for (const packages::Dependency& conflict : member.conflicts)
      if (met(conflict.alternatives.front(), member.id.name)) return false;
  }
  return true;
}

// Whether any set that contains the preferred candidates of the wishes holds.
bool possible(const MockUniverse& universe, size_t candidates, const Question& question) {
  for (uint32_t mask = 0; mask < (1U << candidates); ++mask) {
    std::vector<CandidateId> set;
    for (CandidateId id = 0; id < candidates; ++id)
      if ((mask >> id & 1) != 0) set.push_back(id);
    bool has_wishes = std::ranges::all_of(question.wishes, [&](const Wish& wish) {
      CandidateId best = universe.named(wish.requirement.name).front();
      return (mask >> best & 1) != 0;
    });
    if (has_wishes && holds(universe, set)) return true;
  }
  return false;
}

std::vector<CandidateId> chosen(const Answer& answer) {
  std::vector<CandidateId> ids;
  for (const Choice& choice : answer.choices) ids.push_back(choice.candidate);
  return ids;
}

TEST(Search, FindsAnAnswerExactlyWhenThereIsOne) {
  std::mt19937_64 random(testing::fresh_seed());
  size_t answered = 0;
  size_t refused = 0;
  for (int round = 0; round < 150; ++round) {
    std::string text = RandomUniverse(random).text();
    MockUniverse universe(text);
    auto candidates = static_cast<size_t>(std::ranges::count(text, '\n'));
    Question question;
    for (std::string name : {"a", "b", "c"})
      if (random() % 2 == 0) question.wishes.push_back({{.name = name}, "test"});
    auto answer = resolve(universe, question);
    ASSERT_EQ(answer.has_value(), possible(universe, candidates, question))
        << text << (answer ? "" : answer.error().message);
    ++(answer ? answered : refused);
    if (!answer) continue;
    EXPECT_TRUE(holds(universe, chosen(*answer))) << text;
    std::ranges::reverse(question.wishes);
    EXPECT_EQ(chosen(testing::value(resolve(universe, question))), chosen(*answer)) << text;
  }
  EXPECT_GT(answered, 0U);
  EXPECT_GT(refused, 0U);
}

TEST(Search, EndsOnAHardKnot) {
  // Six guests for five chairs: every assignment fails, and only counting shows it.
  std::string text;
  for (int guest = 0; guest < 6; ++guest) {
    text += fmt::format("guest{} 1; Depends: g{}c0", guest, guest);
    for (int chair = 1; chair < 5; ++chair) text += fmt::format(" | g{}c{}", guest, chair);
    text += "\n";
    for (int chair = 0; chair < 5; ++chair)
      text += fmt::format("g{}c{} 1; Provides: chair{}; Conflicts: chair{}\n", guest, chair, chair,
                          chair);
  }
  MockUniverse universe(text);
  Question question;
  for (int guest = 0; guest < 6; ++guest)
    question.wishes.push_back({{.name = fmt::format("guest{}", guest)}, "test"});
  auto answer = resolve(universe, question);
  ASSERT_FALSE(answer);
  question.wishes.pop_back();
  EXPECT_TRUE(resolve(universe, question));
}

}  // namespace
}  // namespace kiln::plan
