// SPDX-License-Identifier: Apache-2.0
#include "base/threads.hpp"

#include "support/result_matchers.hpp"

#include <atomic>

#include <gtest/gtest.h>

namespace kiln {
namespace {

TEST(Threads, DoEveryJobOnce) {
  std::vector<std::atomic<int>> done(100);
  EXPECT_OK(parallel_for(done.size(), 4, [&](size_t i) -> Result<> {
    ++done[i];
    return {};
  }));
  for (const std::atomic<int>& each : done) EXPECT_EQ(each, 1);
  EXPECT_OK(parallel_for(0, 0, [](size_t) { return Result<>(); }));
}

TEST(Threads, HandOnTheErrorOfTheLowestJob) {
  auto failed = parallel_for(8, 1, [](size_t i) -> Result<> {
    if (i >= 3) return fail(ErrorCode::io, std::to_string(i));
    return {};
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "3");
}

TEST(Threads, TakeTheHeaviestFirst) {
  EXPECT_EQ(heaviest_first(std::vector<uint64_t>{5, 9, 5, 7}), (std::vector<size_t>{1, 3, 0, 2}));
  EXPECT_TRUE(heaviest_first({}).empty());
}

}  // namespace
}  // namespace kiln
