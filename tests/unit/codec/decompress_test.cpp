// SPDX-License-Identifier: Apache-2.0
#include "codec/decompress.hpp"

#include "base/process.hpp"
#include "support/byte_sources.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>

namespace kiln {
namespace {

using testing::PiecewiseSource;
using testing::value;

constexpr size_t k_most = 700;  // bytes that a source gives at once

struct Tool {
  Compression compression;
  std::vector<std::string> command;
};

// Compressible and incompressible stretches, longer than every buffer in between.
std::string sample_bytes(uint64_t seed, size_t size) {
  std::mt19937_64 random(seed);
  std::string bytes;
  while (bytes.size() < size) {
    if (random() % 2 == 0) bytes.append(random() % 9000, static_cast<char>(random()));
    for (size_t i = random() % 9000; i > 0; --i) bytes += static_cast<char>(random());
  }
  bytes.resize(size);
  return bytes;
}

class Decompression : public ::testing::TestWithParam<Tool> {
 protected:
  std::string compress(const std::string& bytes) {
    ProcessResult result = value(run_process({GetParam().command, bytes, {}, {}}));
    if (result.exit_code != 0) throw std::runtime_error(result.error_output);
    return result.output;
  }
  Result<std::string> streamed(std::string_view bytes, uint64_t limit) {
    MemorySource source(bytes);
    return read_all(*decompress(GetParam().compression, source, limit), UINT64_MAX);
  }
  Result<std::string> at_once(std::string_view bytes, uint64_t limit) {
    return decompress_all(GetParam().compression, bytes, limit);
  }
  void expect_failure(std::string_view bytes, uint64_t limit, ErrorCode code) {
    auto stream = streamed(bytes, limit);
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().code, code) << stream.error().str();
    auto memory = at_once(bytes, limit);
    ASSERT_FALSE(memory);
    EXPECT_EQ(memory.error().code, code) << memory.error().str();
  }
};

TEST_P(Decompression, GivesBackWhatTheToolCompressed) {
  for (size_t size : {0UL, 1UL, 1000UL, 3'000'000UL}) {
    std::string bytes = sample_bytes(testing::fresh_seed(), size);
    std::string compressed = compress(bytes);
    EXPECT_EQ(detect_compression(compressed), GetParam().compression);
    EXPECT_TRUE(value(streamed(compressed, size)) == bytes) << size;
    EXPECT_TRUE(value(at_once(compressed, size)) == bytes) << size;
    PiecewiseSource pieces(compressed, size, k_most);
    auto source = decompress(GetParam().compression, pieces, size);
    EXPECT_TRUE(value(read_all(*source, size)) == bytes) << size;
  }
}

TEST_P(Decompression, ReadsConcatenatedMembers) {
  if (GetParam().compression == Compression::lzma) GTEST_SKIP() << ".lzma knows no members";
  std::string first = sample_bytes(1, 200'000);
  std::string second = sample_bytes(2, 1'000'000);
  std::string both = compress(first) + compress("") + compress(second);
  EXPECT_TRUE(value(streamed(both, 2'000'000)) == first + second);
  EXPECT_TRUE(value(at_once(both, 2'000'000)) == first + second);
}

TEST_P(Decompression, StopsABombAtTheLimit) {
  std::string zeros(20'000'000, '\0');
  std::string bomb = compress(zeros);
  EXPECT_LT(bomb.size(), 30'000U);
  expect_failure(bomb, zeros.size() - 1, ErrorCode::limit);
  expect_failure(bomb, 1, ErrorCode::limit);
  expect_failure(bomb, 0, ErrorCode::limit);
  EXPECT_TRUE(value(streamed(bomb, zeros.size())) == zeros);
  EXPECT_TRUE(value(at_once(bomb, zeros.size())) == zeros);
}

TEST_P(Decompression, RefusesDataThatIsCutShort) {
  std::string compressed = compress(sample_bytes(3, 40'000));
  for (size_t left : {0UL, 1UL, 5UL, 20UL, compressed.size() / 2, compressed.size() - 1})
    expect_failure(compressed.substr(0, left), 1'000'000, ErrorCode::corrupt);
}

TEST_P(Decompression, RefusesSomethingElseBehindTheData) {
  std::string compressed = compress("kiln");
  expect_failure(compressed + "garbage that follows", 1'000'000, ErrorCode::corrupt);
  expect_failure(compressed + std::string(3, '\0'), 1'000'000, ErrorCode::corrupt);
}

TEST_P(Decompression, NeverReturnsOtherBytesForDamagedData) {
  if (GetParam().compression == Compression::lzma) GTEST_SKIP() << ".lzma has no checksum";
  std::string bytes = sample_bytes(4, 30'000);
  std::string compressed = compress(bytes);
  std::mt19937_64 random(testing::fresh_seed());
  for (int round = 0; round < 60; ++round) {
    std::string damaged = compressed;
    damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    auto stream = streamed(damaged, 1'000'000);
    EXPECT_TRUE(!stream || *stream == bytes);
    auto memory = at_once(damaged, 1'000'000);
    EXPECT_TRUE(!memory || *memory == bytes);
  }
}

INSTANTIATE_TEST_SUITE_P(Tools, Decompression,
                         ::testing::Values(Tool{Compression::gzip, {"gzip", "-c"}},
                                           Tool{Compression::xz, {"xz", "-c"}},
                                           Tool{Compression::zstd, {"zstd", "-c", "--check"}},
                                           Tool{Compression::bzip2, {"bzip2", "-c"}},
                                           Tool{Compression::lzma, {"xz", "-c", "--format=lzma"}}),
                         [](const auto& tool) { return std::string(str(tool.param.compression)); });

TEST(Decompress, RefusesToTakeMoreMemoryThanAllowed) {
  std::string xz = value(run_process({{"xz", "-c", "--lzma2=dict=1GiB"}, "kiln", {}, {}})).output;
  std::string zstd = value(run_process({{"zstd", "-c", "--ultra", "-20", "--long=31", "--no-check"},
                                        std::string(1 << 20, 'k'),
                                        {},
                                        {}}))
                         .output;
  for (auto [compression, bytes] :
       {std::pair{Compression::xz, &xz}, std::pair{Compression::zstd, &zstd}}) {
    MemorySource source(*bytes);
    auto result = read_all(*decompress(compression, source, 1 << 30), 1 << 30);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::limit) << result.error().str();
  }
}

TEST(Decompress, PassesUncompressedBytesWithinTheLimit) {
  MemorySource source("kiln");
  EXPECT_EQ(value(read_all(*decompress(Compression::none, source, 4), 10)), "kiln");
  EXPECT_EQ(value(decompress_all(Compression::none, "kiln", 4)), "kiln");
  EXPECT_FALSE(decompress_all(Compression::none, "kiln", 3));
}

TEST(Decompress, TakesGzipMembersOneByOne) {
  std::string first = value(run_process({{"gzip", "-c"}, "signature", {}, {}})).output;
  std::string second = value(run_process({{"gzip", "-c"}, "control", {}, {}})).output;
  std::string both = first + second;
  std::string_view rest = both;
  EXPECT_EQ(value(take_gzip_member(rest, 100)), "signature");
  EXPECT_EQ(rest, second);
  EXPECT_EQ(value(take_gzip_member(rest, 100)), "control");
  EXPECT_TRUE(rest.empty());
  EXPECT_FALSE(take_gzip_member(rest, 100));
}

// Members as layers have them, of which the stream decodes each at once, and larger ones.
TEST(Decompress, StreamsGzipMembersOfEverySize) {
  const uint64_t seed = std::random_device{}();
  SCOPED_TRACE(seed);
  constexpr size_t k_chunk = size_t{1} << 20;
  for (const std::vector<size_t>& sizes : {std::vector<size_t>{k_chunk, k_chunk, 17},
                                           {0, k_chunk - 1, 0},
                                           {k_chunk, k_chunk + 1, 5},
                                           {3 * k_chunk},
                                           {1, 2 * k_chunk, k_chunk}}) {
    std::string bytes;
    std::string compressed;
    for (size_t size : sizes) {
      std::string member = sample_bytes(seed + size, size);
      compressed += value(run_process({{"gzip", "-6"}, member, {}, {}})).output;
      bytes += member;
    }
    PiecewiseSource source(compressed, seed, k_most);
    EXPECT_EQ(value(read_all(*decompress(Compression::gzip, source, bytes.size()), UINT64_MAX)),
              bytes);
    MemorySource cut(std::string_view(compressed).substr(0, compressed.size() - 1));
    EXPECT_FALSE(read_all(*decompress(Compression::gzip, cut, UINT64_MAX), UINT64_MAX));
    compressed += "more";
    MemorySource longer(compressed);
    EXPECT_FALSE(read_all(*decompress(Compression::gzip, longer, UINT64_MAX), UINT64_MAX));
    MemorySource limited(compressed);
    auto result = read_all(*decompress(Compression::gzip, limited, bytes.size() - 1), UINT64_MAX);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::limit);
  }
}

TEST(CompressionNames, FollowTheSuffix) {
  EXPECT_EQ(value(compression_of_name("control.tar")), Compression::none);
  EXPECT_EQ(value(compression_of_name("data.tar.zst")), Compression::zstd);
  EXPECT_EQ(value(compression_of_name("main/binary-amd64/Packages.xz")), Compression::xz);
  EXPECT_EQ(value(compression_of_name("source.tgz")), Compression::gzip);
  auto unknown = compression_of_name("data.tar.lz4");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::unsupported);
}

TEST(CompressionNames, ATarIsNotMistakenForACompressedFile) {
  EXPECT_EQ(detect_compression(""), Compression::none);
  EXPECT_EQ(detect_compression("]"), Compression::none);
  EXPECT_EQ(detect_compression("]-name-of-a-file-in-a-tar"), Compression::none);
  EXPECT_EQ(detect_compression(std::string(512, '\0')), Compression::none);
}

}  // namespace
}  // namespace kiln
