// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.hpp"

#include "base/process.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>
#include <set>

namespace kiln {
namespace {

using testing::value;

// FIPS 180-4 examples and RFC 1321's own test suite.
TEST(Digest, MatchesPublishedVectors) {
  EXPECT_EQ(sha256("abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("").str(),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(md5_hex("message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
  EXPECT_EQ(hash_hex(HashAlgorithm::sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(sha512_hex("abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Digest, ParseAndStrAreInverses) {
  Digest digest = sha256("kiln");
  EXPECT_EQ(value(Digest::parse(digest.str())), digest);
  EXPECT_EQ(value(Digest::from_hex(digest.hex())), digest);
  EXPECT_EQ(value(Digest::from_bytes(digest.bytes())), digest);
}

TEST(Digest, RefusesEverythingThatIsNotExactlyOneDigest) {
  std::string hex = sha256("kiln").hex();
  std::string upper = hex;
  upper[0] = 'A';
  for (const std::string& text :
       {std::string(), hex, "sha512:" + hex, "sha256:" + upper, "sha256:" + hex + "0",
        "sha256:" + hex.substr(1), "SHA256:" + hex, " sha256:" + hex, "sha256:" + hex + "\n",
        "sha256:" + hex.substr(1) + "g"}) {
    auto parsed = Digest::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::corrupt);
  }
  EXPECT_FALSE(Digest::from_bytes("short"));
}

TEST(Digest, OrdersByUnsignedBytes) {
  std::set<Digest> ordered;
  for (const char* first : {"ff", "00", "7f", "80"})
    ordered.insert(value(Digest::from_hex(first + std::string(62, '0'))));
  std::string firsts;
  for (const Digest& digest : ordered) firsts += digest.hex().substr(0, 2) + " ";
  EXPECT_EQ(firsts, "00 7f 80 ff ");
  EXPECT_TRUE(Digest{}.is_zero());
  EXPECT_EQ(Digest{}, *ordered.begin());
}

TEST(Digest, DoesNotDependOnHowTheBytesAreCut) {
  std::mt19937_64 random(testing::fresh_seed());
  std::string bytes(100'000, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  Sha256 hash;
  for (size_t at = 0; at < bytes.size();) {
    size_t step = std::min<size_t>(random() % 5000, bytes.size() - at);
    hash.update(std::string_view(bytes).substr(at, step));
    at += step;
  }
  EXPECT_EQ(hash.finish(), sha256(bytes));
  hash.update("again");
  EXPECT_EQ(hash.finish(), sha256("again"));

  ProcessResult judge = value(run_process({{"sha256sum"}, bytes, {}, {}}));
  EXPECT_EQ(judge.output.substr(0, 64), sha256(bytes).hex());
}

TEST(HashSink, HashesCountsAndForwards) {
  MemorySink target(10);
  HashSink sink(&target);
  ASSERT_OK(sink.write("hello "));
  ASSERT_OK(sink.write("kiln"));
  EXPECT_EQ(target.bytes(), "hello kiln");
  EXPECT_EQ(sink.size(), 10U);
  EXPECT_EQ(sink.finish(), sha256("hello kiln"));
  EXPECT_FALSE(sink.write("!"));

  HashSink alone;
  ASSERT_OK(alone.write("kiln"));
  EXPECT_EQ(alone.finish(), sha256("kiln"));
}

}  // namespace
}  // namespace kiln
