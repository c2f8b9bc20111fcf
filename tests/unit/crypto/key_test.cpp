// SPDX-License-Identifier: Apache-2.0
#include "crypto/key.hpp"

#include "base/files.hpp"
#include "base/process.hpp"
#include "crypto/pem.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

class Keys : public ::testing::TestWithParam<KeyAlgorithm> {};
INSTANTIATE_TEST_SUITE_P(, Keys, ::testing::Values(KeyAlgorithm::ecdsa_p256, KeyAlgorithm::ed25519),
                         [](const auto& param) {
                           return param.param == KeyAlgorithm::ed25519 ? "Ed25519" : "EcdsaP256";
                         });

TEST_P(Keys, AcceptItsOwnSignatureAndNoOther) {
  PrivateKey key = PrivateKey::generate(GetParam());
  PrivateKey other = PrivateKey::generate(GetParam());
  std::string signature = key.sign("a message").value();
  EXPECT_TRUE(key.public_key().verify("a message", signature));
  EXPECT_EQ(key.public_key().verify("a massage", signature).error().code, ErrorCode::unverified);
  EXPECT_FALSE(other.public_key().verify("a message", signature));
  EXPECT_FALSE(key.public_key().verify("a message", ""));
  EXPECT_FALSE(key.public_key().verify("a message", signature + '\0'));
  for (size_t at = 0; at < signature.size(); ++at) {
    std::string flipped = signature;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    EXPECT_FALSE(key.public_key().verify("a message", flipped)) << "byte " << at;
  }
}

TEST_P(Keys, SignADigestWhereTheirAlgorithmDoes) {
  PrivateKey key = PrivateKey::generate(GetParam());
  Result<std::string> signature = key.sign_digest(sha256("a message"));
  if (GetParam() == KeyAlgorithm::ed25519) {
    EXPECT_EQ(signature.error().code, ErrorCode::unsupported);
    return;
  }
  EXPECT_TRUE(key.public_key().verify("a message", signature.value()));
  EXPECT_FALSE(key.public_key().verify("a massage", signature.value()));
}

TEST_P(Keys, AreReadBackAsWritten) {
  PrivateKey key = PrivateKey::generate(GetParam());
  PublicKey read = PublicKey::from_pem(key.public_key().pem()).value();
  EXPECT_EQ(read, key.public_key());
  EXPECT_EQ(read.algorithm(), GetParam());
  EXPECT_EQ(read.digest(), key.public_key().digest());
  PrivateKey secret = PrivateKey::from_pem(key.pem()).value();
  EXPECT_EQ(secret.public_key(), key.public_key());
  EXPECT_EQ(secret.der(), key.der());
  EXPECT_TRUE(read.verify("text", secret.sign("text").value()));
  EXPECT_EQ(read.raw().size(), GetParam() == KeyAlgorithm::ed25519 ? 32U : 65U);
  EXPECT_TRUE(read.der().ends_with(read.raw()));
}

TEST_P(Keys, RefuseDamagedEncodings) {
  PrivateKey key = PrivateKey::generate(GetParam());
  const std::string& der = key.public_key().der();
  EXPECT_FALSE(PublicKey::from_der(der + '\0'));
  EXPECT_FALSE(PublicKey::from_der(der.substr(0, der.size() - 1)));
  EXPECT_FALSE(PublicKey::from_der(""));
  EXPECT_FALSE(PrivateKey::from_der(key.der() + "x"));
  EXPECT_FALSE(PrivateKey::from_der(der));
  EXPECT_FALSE(PublicKey::from_pem(key.pem()));
  EXPECT_FALSE(PrivateKey::from_pem(key.public_key().pem()));
  EXPECT_FALSE(PublicKey::from_pem(key.public_key().pem() + key.public_key().pem()));
}

TEST_P(Keys, AreThoseThatOpensslKnows) {
  TemporaryDirectory directory = TemporaryDirectory::create().value();
  PrivateKey key = PrivateKey::generate(GetParam());
  Path file = directory.path() / "key.pem";
  ASSERT_OK(write_file(file, key.pem(), 0600));
  EXPECT_EQ(testing::run_tool({"openssl", "pkey", "-in", file, "-pubout"}).output,
            key.public_key().pem());
}

TEST(Key, APointThatIsNotOnTheCurveIsRefused) {
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  std::string spki = key.public_key().der();
  std::string pkcs8 = key.der();
  for (size_t back = 1; back <= 64; ++back) {
    for (std::string* der : {&spki, &pkcs8}) {
      std::string moved = *der;
      char& byte = moved[moved.size() - back];
      byte = static_cast<char>(byte ^ 1);
      if (der == &spki)
        EXPECT_FALSE(PublicKey::from_der(moved)) << back;
      else
        EXPECT_FALSE(PrivateKey::from_der(moved)) << back;
    }
  }
}

TEST(Key, ASecretWithoutItsPointIsRead) {
  NEED_TOOL("openssl");
  auto openssl = [](std::vector<std::string> words, std::string input) {
    words.insert(words.begin(), "openssl");
    return testing::value(run_process({std::move(words), std::move(input), {}, {}})).output;
  };
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  std::string bare = openssl({"ec", "-no_public"}, key.pem());
  std::string pem = openssl({"pkcs8", "-topk8", "-nocrypt"}, bare);
  ASSERT_LT(pem.size(), key.pem().size());
  EXPECT_EQ(PrivateKey::from_pem(pem).value().public_key(), key.public_key());
}

TEST(Key, OfAnotherAlgorithmIsUnsupported) {
  TemporaryDirectory directory = TemporaryDirectory::create().value();
  Path file = directory.path() / "key.pem";
  testing::run_tool({"openssl", "genpkey", "-algorithm", "EC", "-pkeyopt",
                     "ec_paramgen_curve:secp384r1", "-out", file});
  std::string pem = testing::run_tool({"openssl", "pkey", "-in", file, "-pubout"}).output;
  Result<PublicKey> key = PublicKey::from_pem(pem);
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::unsupported);
}

TEST(Pem, KeepsBlocksInOrderAndRefusesUnfinishedOnes) {
  std::string text =
      "a comment\n" + write_pem("ONE", "first") + write_pem("TWO", std::string(99, 'x'));
  std::vector<PemBlock> blocks = parse_pem(text).value();
  ASSERT_EQ(blocks.size(), 2U);
  EXPECT_EQ(blocks[0].label, "ONE");
  EXPECT_EQ(blocks[0].bytes, "first");
  EXPECT_EQ(blocks[1].bytes, std::string(99, 'x'));
  EXPECT_FALSE(parse_pem("-----BEGIN ONE-----\naaaa\n"));
  EXPECT_FALSE(parse_pem("-----BEGIN ONE-----\naaaa\n-----END TWO-----\n"));
  EXPECT_FALSE(parse_pem("-----BEGIN ONE-----\na?aa\n-----END ONE-----\n"));
  EXPECT_FALSE(parse_pem(std::string(70000, '\n')));
}

}  // namespace
}  // namespace kiln
