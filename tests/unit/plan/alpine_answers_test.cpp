// SPDX-License-Identifier: Apache-2.0
//
// The resolver on the full index of Alpine 3.19: it gives what the solver proposes, with a reason
// for each package. A run asks for alpine-base and a fresh sample of names; KILN_APK_SETS=N asks
// for N, KILN_APK_SETS=all for every name.
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

  std::vector<std::string> sample() const {
    std::vector<std::string> names = universe_->names();
    const char* wanted = std::getenv("KILN_APK_SETS");
    std::string_view many = wanted == nullptr ? "60" : wanted;
    if (many == "all") return names;
    std::mt19937_64 random(testing::fresh_seed());
    std::ranges::shuffle(names, random);
    names.resize(std::min<size_t>(names.size(), parse_decimal(many).value_or(0)));
    names.emplace_back("alpine-base");
    return names;
  }

  void expect_what_the_solver_takes(const std::string& name) {
    std::vector<packages::Requirement> wishes{{name, {}, {}, {}}};
    packages::apk::Solution solution = packages::apk::solve(universe_->packages(), wishes, {});
    Result<Answer> answer =
        resolve(*universe_, {.wishes = {{wishes.front(), "test"}}, .exclusions = {}});
    EXPECT_EQ(answer.has_value(), solution.contradictions.empty()) << name;
    if (!answer) return;
    std::vector<CandidateId> taken;
    for (const Choice& choice : answer->choices) {
      taken.push_back(choice.candidate);
      EXPECT_FALSE(choice.reasons.empty()) << name;
    }
    std::ranges::sort(taken);
    std::ranges::sort(solution.packages);
    EXPECT_EQ(taken, solution.packages) << name;
  }

  testing::TestWorld world_;
  std::unique_ptr<ApkUniverse> universe_;
};

TEST_F(AlpineAnswers, AreWhatTheSolverTakes) {
  std::vector<std::string> names = sample();
  EXPECT_OK(parallel_for(names.size(), default_threads(), [&](size_t i) -> Result<> {
    expect_what_the_solver_takes(names[i]);
    return {};
  }));
}

}  // namespace
}  // namespace kiln::plan
