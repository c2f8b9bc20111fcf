// SPDX-License-Identifier: Apache-2.0
//
// An answer is remembered for the question and the indexes that it was given for, and for no other.
#include "packages/apk/solution_memory.hpp"

#include "solving.hpp"
#include "store/maintenance.hpp"
#include "support/apk_repository.hpp"
#include "support/test_world.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace kiln::packages::apk {
namespace {

using kiln::testing::apk_index_entry;
using kiln::testing::value;
using testing::source_of;

class ApkSolutionMemory : public ::testing::Test {
 protected:
  SolutionMemory memory() { return {world_.store(), set_, indexes_}; }

  static Requirement wish(std::string name) {
    return {.name = std::move(name), .version = {}, .architecture = {}};
  }

  // The only record that the store has.
  Path record() { return value(list_store(world_.store())).front().path; }

  kiln::testing::TestWorld world_;
  PackageSet set_{{source_of(apk_index_entry("a", "1") + apk_index_entry("b", "1"), "test")}};
  std::vector<IndexRecord> indexes_{{.index = sha256("an index")}};
  Solution solution_{.packages = {1, 0}, .triggered = {0}, .contradictions = {}};
};

TEST_F(ApkSolutionMemory, KeepsAnAnswer) {
  std::vector wishes{wish("b")};
  EXPECT_FALSE(memory().recall(wishes, {}));
  memory().keep(wishes, {}, solution_);
  std::optional<Solution> known = memory().recall(wishes, {});
  ASSERT_TRUE(known);
  EXPECT_EQ(known->packages, solution_.packages);
  EXPECT_EQ(known->triggered, solution_.triggered);
}

TEST_F(ApkSolutionMemory, AnswersNoOtherQuestion) {
  std::vector wishes{wish("b")};
  memory().keep(wishes, {}, solution_);
  EXPECT_FALSE(memory().recall(std::vector{wish("a")}, {}));
  EXPECT_FALSE(memory().recall(std::vector{wish("b"), wish("a")}, {}));
  EXPECT_FALSE(memory().recall(wishes, {"a"}));
  Requirement versioned = wish("b");
  versioned.op = RelationOp::equal;
  versioned.version = "1";
  EXPECT_FALSE(memory().recall(std::vector{versioned}, {}));
}

TEST_F(ApkSolutionMemory, ForgetsWhenAnIndexOrItsPlaceChanged) {
  std::vector wishes{wish("b")};
  memory().keep(wishes, {}, solution_);
  indexes_.push_back({.index = sha256("another index")});
  EXPECT_FALSE(memory().recall(wishes, {}));
  memory().keep(wishes, {}, solution_);
  std::swap(indexes_[0], indexes_[1]);
  EXPECT_FALSE(memory().recall(wishes, {}));
  indexes_ = {{.suite = "edge", .index = sha256("an index")}};
  EXPECT_FALSE(memory().recall(wishes, {})) << "of a tagged repository";
}

TEST_F(ApkSolutionMemory, KeepsNoRefusal) {
  solution_.contradictions = {"a and b"};
  memory().keep(std::vector{wish("b")}, {}, solution_);
  EXPECT_FALSE(memory().recall(std::vector{wish("b")}, {}));
}

TEST_F(ApkSolutionMemory, TakesNoPackageOfAnotherName) {
  std::vector wishes{wish("b")};
  memory().keep(wishes, {}, solution_);
  set_ = PackageSet({source_of(apk_index_entry("a", "1") + apk_index_entry("c", "1"), "test")});
  EXPECT_FALSE(memory().recall(wishes, {}));
  set_ = PackageSet({source_of(apk_index_entry("a", "1"), "test")});
  EXPECT_FALSE(memory().recall(wishes, {}));
}

TEST_F(ApkSolutionMemory, DoesWithoutADamagedRecord) {
  std::vector wishes{wish("b")};
  memory().keep(wishes, {}, solution_);
  std::ofstream(record(), std::ios::app) << "x";
  EXPECT_FALSE(memory().recall(wishes, {}));
}

}  // namespace
}  // namespace kiln::packages::apk
