// SPDX-License-Identifier: Apache-2.0
//
// What layers are compressed with: standard tools read it, and its bytes are those noted here.
#include "base/bytes.hpp"
#include "base/process.hpp"
#include "base/strings.hpp"
#include "base/threads.hpp"
#include "codec/decompress.hpp"
#include "codec/gzip_encoder.hpp"
#include "codec/zstd_encode.hpp"
#include "support/result_matchers.hpp"

#include <random>

namespace kiln {
namespace {

using testing::value;

// Draws in statements of their own: the order of arguments is each compiler's choice.
std::string run_of_one_letter(std::mt19937_64& random) {
  auto letter = static_cast<char>('a' + random() % 26);
  size_t length = random() % 300;
  return std::string(length, letter);
}

// 3 MiB of words, runs and noise; the same on every machine.
std::string golden_input() {
  std::mt19937_64 random(20260101);
  std::string bytes;
  while (bytes.size() < 3U << 20) {
    switch (random() % 4) {
      case 0:
        bytes += run_of_one_letter(random);
        break;
      case 1:
        for (int i = 0; i < 200; ++i) bytes += static_cast<char>(random());
        break;
      default:
        for (int i = 0; i < 60; ++i) bytes += fmt::format("word{} ", random() % 500);
    }
  }
  bytes.resize(3U << 20);
  return bytes;
}

std::string in_chunks(std::string_view bytes, size_t chunk, std::string (*encode)(std::string_view),
                      size_t threads) {
  std::vector<std::string> pieces((bytes.size() + chunk - 1) / chunk);
  value(parallel_for(pieces.size(), threads, [&](size_t i) -> Result<> {
    pieces[i] = encode(bytes.substr(i * chunk, chunk));
    return {};
  }));
  return join(pieces, "");
}

std::string sha256_of(const std::string& bytes) {
  return value(run_process({{"sha256sum"}, bytes, {}, {}})).output.substr(0, 64);
}

TEST(GzipEncoder, KeepsTheBytesOfItsName) {
  std::string input = golden_input();
  ASSERT_EQ(sha256_of(input), "fa28b20956c969aed32157400db7bf78f968fb192e5bc4bc24a87bc748de6de1");
  EXPECT_EQ(gzip_encoder_name(), "gzip-kiln-1-1MiB");
  EXPECT_EQ(sha256_of(in_chunks(input, k_gzip_chunk, gzip_member, 2)),
            "82259a90c40fcf870bfd2b21d4dfb849ede89e4658e16792647321e36faccbf4");
}

TEST(LibdeflateEncoder, NamesItsVersionBecauseBytesDependOnIt) {
  if (libdeflate_encoder_name() != "gzip-libdeflate-1.14-6-1MiB")
    GTEST_SKIP() << "the bytes noted here are those of libdeflate 1.14";
  EXPECT_EQ(sha256_of(in_chunks(golden_input(), k_gzip_chunk, libdeflate_gzip_member, 2)),
            "3b19d4164225ce7e1f733cfbf47566b402b76105a6901c770d99eaf696dc2337");
}

TEST(GzipEncoder, WritesWhatGzipReads) {
  std::string input = golden_input();
  for (auto* encode : {gzip_member, libdeflate_gzip_member}) {
    std::string compressed = in_chunks(input, k_gzip_chunk, encode, 1);
    auto run = value(run_process({{"gzip", "-dc"}, compressed, {}, {}}));
    EXPECT_EQ(run.exit_code, 0) << run.error_output;
    EXPECT_TRUE(run.output == input);
    EXPECT_TRUE(value(decompress_all(Compression::gzip, compressed, input.size())) == input);
  }
}

TEST(GzipEncoder, WritesAFixedHeader) {
  EXPECT_EQ(to_hex(gzip_member("").substr(0, 10)), "1f8b08000000000000ff");
  EXPECT_EQ(to_hex(gzip_member("kiln").substr(0, 10)), "1f8b08000000000000ff");
}

TEST(ZstdEncoder, WritesWhatZstdReads) {
  std::string input = golden_input() + golden_input();
  std::string compressed = in_chunks(input, k_zstd_chunk, zstd_frame, 2);
  EXPECT_TRUE(compressed == in_chunks(input, k_zstd_chunk, zstd_frame, 1));
  auto run = run_process({{"zstd", "-dc"}, compressed, {}, {}});
  if (!run) GTEST_SKIP() << "zstd is not installed";
  EXPECT_EQ(run->exit_code, 0) << run->error_output;
  EXPECT_TRUE(run->output == input);
  EXPECT_TRUE(value(decompress_all(Compression::zstd, compressed, input.size())) == input);
}

TEST(ZstdEncoder, NamesItsVersionBecauseBytesDependOnIt) {
  if (zstd_encoder_name() != "zstd-1.5.4-3-4MiB")
    GTEST_SKIP() << "golden bytes are for zstd 1.5.4, this is " << zstd_encoder_name();
  EXPECT_EQ(sha256_of(in_chunks(golden_input(), k_zstd_chunk, zstd_frame, 1)),
            "4d447cc00030df74a39dc6d773f243952c2e09d0a5826db4031953a913d7a966");
}

}  // namespace
}  // namespace kiln
