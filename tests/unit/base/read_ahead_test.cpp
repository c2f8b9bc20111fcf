// SPDX-License-Identifier: Apache-2.0
#include "base/read_ahead.hpp"

#include "support/byte_sources.hpp"
#include "support/result_matchers.hpp"

#include <atomic>
#include <random>

#include <gtest/gtest.h>

namespace kiln {
namespace {

using testing::PiecewiseSource;
using testing::random_bytes;
using testing::value;

constexpr size_t k_most = 100'000;  // bytes that a source gives at once

// Counts how often it is asked, and fails where the source that it hands on ends.
class FailingSource final : public Source {
 public:
  explicit FailingSource(Source& from) : from_(from) {}
  Result<size_t> read(char* buffer, size_t size) override {
    ++reads;
    size_t got = TRY(from_.read(buffer, size));
    if (got == 0) return fail(ErrorCode::corrupt, "it broke");
    return got;
  }
  std::atomic<int> reads = 0;

 private:
  Source& from_;
};

TEST(ReadAhead, GivesTheBytesOfTheSource) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  constexpr size_t k_block = size_t{256} << 10;
  for (size_t size : {size_t{0}, size_t{1}, k_block, k_block + 1, 20 * k_block, 21 * k_block + 7}) {
    std::string bytes = random_bytes(random, size);
    PiecewiseSource source(bytes, seed, k_most);
    ReadAhead ahead(source);
    EXPECT_EQ(value(read_all(ahead, UINT64_MAX)), bytes);
    char more;
    EXPECT_EQ(value(ahead.read(&more, 1)), 0U);
  }
}

TEST(ReadAhead, AnErrorComesBehindTheBytesBeforeIt) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  std::string bytes = random_bytes(random, 1'000'000);
  PiecewiseSource whole(bytes, seed, k_most);
  FailingSource source(whole);
  ReadAhead ahead(source);
  std::string got(bytes.size(), '\0');
  ASSERT_TRUE(read_exactly(ahead, got.data(), got.size()));
  EXPECT_EQ(got, bytes);
  char more;
  auto end = ahead.read(&more, 1);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().message, "it broke");
}

TEST(ReadAhead, DoesNotReadALargeSourceThatNobodyWants) {
  std::string bytes(64U << 20, 'x');
  PiecewiseSource whole(bytes, 1, k_most);
  FailingSource source(whole);
  {
    ReadAhead ahead(source);
    char first;
    ASSERT_TRUE(read_exactly(ahead, &first, 1));
  }
  EXPECT_LT(source.reads, 640);
}

}  // namespace
}  // namespace kiln
