// SPDX-License-Identifier: Apache-2.0
//
// The resolver on the full index of Alpine 3.19: it gives what the solver proposes, with a reason
// for each package. A run asks for alpine-base and a fresh sample of names, pairs and triples;
// KILN_APK_SETS=N asks for N of each, KILN_APK_SETS=all for every name and 5,000 of the others.
#include "base/strings.hpp"
#include "base/threads.hpp"
#include "packages/apk/archive.hpp"
#include "packages/apk/solver.hpp"
#include "plan/resolver.hpp"
#include "support/shared_data.hpp"
#include "support/test_world.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using packages::CandidateId;
using packages::apk::ApkUniverse;
using testing::value;

class AlpineAnswers : public ::testing::Test {
 protected:
  void SetUp() override {
    auto shared = testing::shared_file("alpine/mirror/v3.19");
    if (!shared) GTEST_SKIP() << "needs ../shared/alpine";
    std::vector<packages::apk::Repository> repositories;
    for (const char* name : {"main", "community"})
      repositories.push_back(value(packages::apk::parse_repository((*shared / name).string())));
    universe_ = value(
        packages::apk::load(repositories, "x86_64", packages::apk::embedded_keys(), {}, world_));
  }

  using Names = std::vector<std::string>;

  std::vector<Names> questions() const {
    const char* wanted = std::getenv("KILN_APK_SETS");
    std::string_view many = wanted == nullptr ? "40" : wanted;
    Names names = universe_->names();
    size_t singles = many == "all" ? names.size() : parse_decimal(many).value_or(0);
    size_t others = many == "all" ? 5000 : singles;
    std::vector<Names> questions{{"alpine-base"}};
    std::mt19937_64 random(testing::fresh_seed());
    std::ranges::shuffle(names, random);
    for (size_t i = 0; i < std::min(singles, names.size()); ++i) questions.push_back({names[i]});
    for (size_t i = 0; i < 2 * others; ++i) {
      Names& question = questions.emplace_back();
      while (question.size() < 2 + i % 2) question.push_back(names[random() % names.size()]);
    }
    return questions;
  }

  void expect_what_the_solver_takes(const Names& question) {
    std::vector<packages::Requirement> wishes;
    Question asked;
    for (const std::string& name : question) {
      wishes.push_back({.name = name, .version = {}, .architecture = {}});
      asked.wishes.push_back({wishes.back(), "test"});
    }
    packages::apk::Solution solution = packages::apk::solve(universe_->packages(), wishes, {});
    Result<Answer> answer = resolve(*universe_, asked);
    EXPECT_EQ(answer.has_value(), solution.contradictions.empty()) << join(question, " ");
    if (!answer) return;
    std::vector<CandidateId> taken;
    for (const Choice& choice : answer->choices) {
      taken.push_back(choice.candidate);
      EXPECT_FALSE(choice.reasons.empty()) << join(question, " ");
    }
    std::ranges::sort(taken);
    std::ranges::sort(solution.packages);
    EXPECT_EQ(taken, solution.packages) << join(question, " ");
  }

  testing::TestWorld world_;
  std::unique_ptr<ApkUniverse> universe_;
};

TEST_F(AlpineAnswers, AreWhatTheSolverTakes) {
  std::vector<Names> all = questions();
  EXPECT_OK(parallel_for(all.size(), default_threads(), [&](size_t i) -> Result<> {
    expect_what_the_solver_takes(all[i]);
    return {};
  }));
}

}  // namespace
}  // namespace kiln::plan
