// SPDX-License-Identifier: Apache-2.0
#include "base/read_ahead.hpp"

#include "support/result_matchers.hpp"

#include <atomic>
#include <random>

#include <gtest/gtest.h>

namespace kiln {
namespace {

using testing::value;

std::string random_bytes(std::mt19937_64& random, size_t size) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

// Gives pieces of random sizes, then fails when it was told to.
class PiecewiseSource final : public Source {
 public:
  PiecewiseSource(std::string_view bytes, uint64_t seed, bool fails)
      : rest_(bytes), random_(seed), fails_(fails) {}
  Result<size_t> read(char* buffer, size_t size) override {
    ++reads;
    if (rest_.empty() && fails_) return fail(ErrorCode::corrupt, "it broke");
    size_t given = rest_.copy(buffer, std::min<size_t>(size, 1 + random_() % 100'000));
    rest_.remove_prefix(given);
    return given;
  }
  std::atomic<int> reads = 0;

 private:
  std::string_view rest_;
  std::mt19937_64 random_;
  bool fails_;
};

TEST(ReadAhead, GivesTheBytesOfTheSource) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  constexpr size_t k_block = size_t{256} << 10;
  for (size_t size : {size_t{0}, size_t{1}, k_block, k_block + 1, 20 * k_block, 21 * k_block + 7}) {
    std::string bytes = random_bytes(random, size);
    PiecewiseSource source(bytes, seed, false);
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
  PiecewiseSource source(bytes, seed, true);
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
  PiecewiseSource source(bytes, 1, false);
  {
    ReadAhead ahead(source);
    char first;
    ASSERT_TRUE(read_exactly(ahead, &first, 1));
  }
  EXPECT_LT(source.reads, 640);
}

}  // namespace
}  // namespace kiln
