// SPDX-License-Identifier: Apache-2.0
#include "crypto/encrypted_key.hpp"

#include "base/files.hpp"
#include "crypto/pem.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

using testing::value;

TEST(EncryptedKey, OpensWithItsPasswordOnly) {
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ed25519);
  std::string pem = encrypt_key(key, "a password");
  EXPECT_TRUE(is_encrypted_key(pem));
  EXPECT_FALSE(is_encrypted_key(key.pem()));
  EXPECT_EQ(value(decrypt_key(pem, "a password")).der(), key.der());
  EXPECT_EQ(decrypt_key(pem, "a passwords").error().code, ErrorCode::unverified);
  EXPECT_NE(encrypt_key(key, "a password"), pem);
}

TEST(EncryptedKey, RefusesCostsAndFormatsThatItDoesNotKnow) {
  auto file = [](std::string_view json) { return write_pem("ENCRYPTED COSIGN PRIVATE KEY", json); };
  auto with = [&](std::string_view n, std::string_view kdf) {
    return file(
        R"({"kdf":{"name":")" + std::string(kdf) + R"(","params":{"N":)" + std::string(n) +
        R"(,"r":8,"p":1},"salt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},)" +
        R"("cipher":{"name":"nacl/secretbox","nonce":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"},)" +
        R"("ciphertext":"AAAAAAAAAAAAAAAAAAAAAAAA"})");
  };
  EXPECT_EQ(decrypt_key(with("32768", "scrypt"), "x").error().code, ErrorCode::unverified);
  EXPECT_EQ(decrypt_key(with("16777216", "scrypt"), "x").error().code, ErrorCode::unsupported);
  EXPECT_EQ(decrypt_key(with("0", "scrypt"), "x").error().code, ErrorCode::unsupported);
  EXPECT_EQ(decrypt_key(with("32768", "argon2"), "x").error().code, ErrorCode::unsupported);
  EXPECT_FALSE(decrypt_key(file("{}"), "x"));
  EXPECT_FALSE(decrypt_key(file("not json"), "x"));
}

TEST(EncryptedKey, IsReadAndWrittenAsCosignDoes) {
  NEED_TOOL("cosign");
  TemporaryDirectory directory = value(TemporaryDirectory::create());
  std::string prefix = directory.path() / "theirs";
  testing::ToolRun made = testing::run_tool(
      {"cosign", "generate-key-pair", "--output-key-prefix", prefix}, {"COSIGN_PASSWORD=open"});
  ASSERT_EQ(made.exit_code, 0) << made.errors;
  PrivateKey theirs = value(decrypt_key(value(read_file(prefix + ".key")), "open"));
  EXPECT_EQ(theirs.public_key().pem(), value(read_file(prefix + ".pub")));

  PrivateKey ours = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  Path file = directory.path() / "ours.key";
  ASSERT_OK(write_file(file, encrypt_key(ours, "sesame")));
  testing::ToolRun shown =
      testing::run_tool({"cosign", "public-key", "--key", file}, {"COSIGN_PASSWORD=sesame"});
  EXPECT_EQ(shown.output, ours.public_key().pem()) << shown.errors;
}

}  // namespace
}  // namespace kiln
