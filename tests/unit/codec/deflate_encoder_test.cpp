// SPDX-License-Identifier: Apache-2.0
//
// zlib and libdeflate read what Kiln's encoder writes, and its bytes are those noted here, whatever
// compiler and processor made them.
#include "codec/deflate_encoder.hpp"

#include "codec/decompress.hpp"
#include "codec/gzip_encoder.hpp"
#include "crypto/digest.hpp"
#include "support/byte_sources.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>
#include <thread>

#include <fmt/format.h>

namespace kiln {
namespace {

using testing::random_bytes;
using testing::value;

// Lines that repeat words, as in a package's texts.
std::string text(std::mt19937_64& random, size_t size) {
  std::string bytes;
  while (bytes.size() < size) {
    uint64_t word = random() % 800;
    bytes += fmt::format("{}{:x}", word % 7 == 0 ? '\n' : ' ', word * word * 7919);
  }
  bytes.resize(size);
  return bytes;
}

// Records of four-byte numbers that grow slowly, as in tables of a program.
std::string table(std::mt19937_64& random, size_t size) {
  std::string bytes;
  uint64_t next = 0x400000;
  while (bytes.size() < size) {
    next += random() % 64 * 8;
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(next >> shift);
  }
  bytes.resize(size);
  return bytes;
}

// A bit of everything in pieces, with copies of what came before from near and far.
std::string mixture(std::mt19937_64& random, size_t size) {
  std::string bytes;
  while (bytes.size() < size) {
    size_t piece = random() % 20000;
    switch (random() % 5) {
      case 0:
        bytes += random_bytes(random, piece / 4);
        break;
      case 1:
        bytes += text(random, piece);
        break;
      case 2:
        bytes += table(random, piece);
        break;
      case 3:
        bytes.append(piece / 2, static_cast<char>(random()));
        break;
      default: {
        size_t from = random() % (bytes.size() + 1);
        bytes += bytes.substr(from, random() % 400);
      }
    }
  }
  bytes.resize(size);
  return bytes;
}

// What zlib makes of the member as a stream; libdeflate must find the same at once.
std::string read_back(const std::string& member) {
  MemorySource source(member);
  std::string streamed =
      value(read_all(*decompress(Compression::gzip, source, 2U << 20), 2U << 20));
  EXPECT_TRUE(value(decompress_all(Compression::gzip, member, 2U << 20)) == streamed);
  return streamed;
}

TEST(DeflateEncoder, WritesTheSameBytesEverywhere) {
  std::mt19937_64 random(1951);
  struct Golden {
    std::string input;
    std::string digest;
  };
  const Golden goldens[] = {
      {"", "9b4fb24edd6d1d8830e272398263cdbf026b97392cc35387b991dc0248a628f9"},
      {"k", "40866d151b0e48beba1c16731bc5c6f1a5c542b91ffde506eacea92cde561578"},
      {std::string(k_gzip_chunk, '\0'),
       "aa75002f559814b774c053c8acc2681946774ee802d071460298d3960ed745f7"},
      {random_bytes(random, 200000),
       "933d4f26cb7253ff830f8d49f8e046a816691cd42d40d11cbc56ac074f3a9337"},
      {text(random, k_gzip_chunk),
       "ec1d298edef2f2cb5887a7672b329a11863340c79a2595634d6bd07e6510e9dd"},
      {table(random, 300001), "6fa2e671e73e6de8d5db6c163dbdcad18ca82bf86666c263ebd960e6815f30ce"},
      {mixture(random, k_gzip_chunk),
       "22ea6829e0996f50f25086bf1d8b9bf7b0807b52de28a61778f7d50df57f3dd8"},
  };
  for (const Golden& golden : goldens) {
    std::string output;
    append_deflated(golden.input, output);
    EXPECT_EQ(sha256(output).hex(), golden.digest)
        << golden.input.size() << " bytes; another byte needs another k_deflate_encoder_version";
  }
}

TEST(DeflateEncoder, IsReadBackWhateverItWasGiven) {
  std::mt19937_64 random(testing::fresh_seed());
  for (int round = 0; round < 40; ++round) {
    size_t size = random() % (round % 8 == 0 ? k_gzip_chunk : 40000);
    std::string input = mixture(random, size);
    ASSERT_TRUE(read_back(gzip_member(input)) == input) << size << " bytes";
  }
}

TEST(DeflateEncoder, IsReadBackAtEverySmallSize) {
  std::mt19937_64 random(testing::fresh_seed());
  for (size_t size = 0; size < 300; ++size) {
    for (const std::string& input :
         {random_bytes(random, size), std::string(size, 'a'), text(random, size)})
      ASSERT_TRUE(read_back(gzip_member(input)) == input) << size << " bytes";
  }
}

TEST(DeflateEncoder, IsReadBackAroundItsLimits) {
  std::mt19937_64 random(testing::fresh_seed());
  for (size_t size :
       {4095U, 4096U, 4097U, 32768U, 32769U, 65535U, 65536U, 131070U, 1048575U, 1048576U}) {
    for (const std::string& input :
         {random_bytes(random, size), std::string(size, '\xff'), mixture(random, size)})
      ASSERT_TRUE(read_back(gzip_member(input)) == input) << size << " bytes";
  }
}

TEST(DeflateEncoder, FindsWhatLiesAWindowBack) {
  std::mt19937_64 random(testing::fresh_seed());
  for (size_t distance : {4096U, 32767U, 32768U, 32769U}) {
    std::string first = random_bytes(random, distance);
    std::string input = first + first;
    std::string member = gzip_member(input);
    ASSERT_TRUE(read_back(member) == input);
    if (distance < 32768) {
      EXPECT_LT(member.size(), distance + distance / 4) << distance;
    }
  }
}

TEST(DeflateEncoder, NeverGrowsByMoreThanStoringCosts) {
  std::mt19937_64 random(testing::fresh_seed());
  std::string output;
  append_deflated(random_bytes(random, k_gzip_chunk), output);
  EXPECT_LE(output.size(), k_gzip_chunk + k_gzip_chunk / 1000);
  output.clear();
  append_deflated(random_bytes(random, 1), output);
  EXPECT_LE(output.size(), 4U);
}

TEST(DeflateEncoder, AppendsAndForgets) {
  std::mt19937_64 random(testing::fresh_seed());
  std::string input = mixture(random, 100000);
  std::string alone;
  append_deflated(input, alone);
  std::string output = "kept";
  append_deflated(input, output);
  EXPECT_TRUE(output == "kept" + alone);
  std::string elsewhere;
  std::thread([&] { append_deflated(input, elsewhere); }).join();
  EXPECT_TRUE(elsewhere == alone) << "an earlier input changed the bytes";
}

TEST(DeflateEncoder, MakesZerosSmall) {
  EXPECT_LT(gzip_member(std::string(k_gzip_chunk, '\0')).size(), 1200U);
}

}  // namespace
}  // namespace kiln
