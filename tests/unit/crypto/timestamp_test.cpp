// SPDX-License-Identifier: Apache-2.0
#include "crypto/timestamp.hpp"

#include "base/files.hpp"
#include "crypto/ecdsa_signature.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <gtest/gtest.h>

namespace kiln {
namespace {

using testing::value;

constexpr UnixTime k_now = 1'790'000'000;
constexpr UnixTime k_year = 365 * 86400;

struct Authority {
  PrivateKey root_key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  std::vector<Certificate> chain;

  explicit Authority(CertificateUse use = CertificateUse::time_stamping) {
    Certificate root = make_root(
        {"tests", "root", CertificateUse::root, k_now - k_year, k_now + k_year}, root_key);
    chain = {issue({"tests", "leaf", use, k_now - k_year, k_now + k_year}, key.public_key(), root,
                   root_key),
             root};
  }
  TimestampAuthority authority() const { return value(TimestampAuthority::create(key, chain)); }
};

TEST(Certificate, OfOurRootFitsItsUseAndItsTimes) {
  Authority made(CertificateUse::code_signing);
  std::span<const Certificate> roots = std::span(made.chain).last(1);
  EXPECT_OK(verify_chain(made.chain, roots, CertificateUse::code_signing, k_now));
  EXPECT_FALSE(verify_chain(made.chain, roots, CertificateUse::time_stamping, k_now));
  EXPECT_FALSE(verify_chain(made.chain, roots, CertificateUse::code_signing, k_now + k_year + 1));
  EXPECT_FALSE(verify_chain(made.chain, roots, CertificateUse::code_signing, k_now - k_year - 1));
  Authority other(CertificateUse::code_signing);
  EXPECT_FALSE(verify_chain(made.chain, std::span(other.chain).last(1),
                            CertificateUse::code_signing, k_now));
  EXPECT_EQ(made.chain[0].not_after(), k_now + k_year);
  EXPECT_EQ(made.chain[0].not_before(), k_now - k_year);
  EXPECT_EQ(made.chain[0].subject(), "CN=leaf,O=tests");
  EXPECT_EQ(value(made.chain[0].public_key()), made.key.public_key());
  EXPECT_EQ(value(Certificate::from_pem(made.chain[0].pem())).der(), made.chain[0].der());
  EXPECT_FALSE(Certificate::from_der(made.chain[0].der() + "x"));
}

TEST(Timestamp, StatesWhenTheMessageWasThere) {
  Authority made;
  std::string response = made.authority().stamp("a signature", k_now);
  EXPECT_EQ(value(verify_timestamp(response, "a signature", made.chain)), k_now);
  EXPECT_EQ(verify_timestamp(response, "another one", made.chain).error().code,
            ErrorCode::unverified);
  EXPECT_FALSE(verify_timestamp(response, "a signature", Authority().chain));
  EXPECT_FALSE(verify_timestamp(response + "x", "a signature", made.chain));
  EXPECT_FALSE(verify_timestamp("", "a signature", made.chain));
}

TEST(Timestamp, OutsideTheCertificatesTimeDoesNotCount) {
  Authority made;
  std::string response = made.authority().stamp("a signature", k_now + 2 * k_year);
  EXPECT_EQ(verify_timestamp(response, "a signature", made.chain).error().code,
            ErrorCode::unverified);
}

TEST(Timestamp, OfAnotherLeafOfTheSameRootDoesNotCount) {
  Authority made;
  Authority other = made;
  other.key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  other.chain[0] =
      issue({"tests", "other", CertificateUse::time_stamping, k_now - k_year, k_now + k_year},
            other.key.public_key(), made.chain[1], made.root_key);
  std::string response = other.authority().stamp("a signature", k_now);
  EXPECT_OK(verify_timestamp(response, "a signature", other.chain));
  EXPECT_FALSE(verify_timestamp(response, "a signature", made.chain));
}

TEST(Timestamp, AnAuthorityNeedsACertificateForTimeStamps) {
  Authority signs_code(CertificateUse::code_signing);
  EXPECT_FALSE(TimestampAuthority::create(signs_code.key, signs_code.chain));
  Authority made;
  EXPECT_FALSE(TimestampAuthority::create(signs_code.key, made.chain));
}

TEST(Timestamp, EveryChangedByteIsNoticedOrMeansNothing) {
  Authority made;
  std::string response = made.authority().stamp("a signature", k_now);
  size_t accepted = 0;
  for (size_t at = 0; at < response.size(); ++at) {
    std::string changed = response;
    changed[at] = static_cast<char>(changed[at] ^ 0x20);
    Result<UnixTime> time = verify_timestamp(changed, "a signature", made.chain);
    if (!time) continue;
    ++accepted;
    EXPECT_EQ(*time, k_now) << "byte " << at;
  }
  EXPECT_LT(accepted, response.size() / 2);  // copies of certificates are not what is signed
}

TEST(Timestamp, IsOneThatOpensslAccepts) {
  Authority made;
  TemporaryDirectory directory = value(TemporaryDirectory::create());
  Path place = directory.path();
  ASSERT_OK(write_file(place / "data", "a signature"));
  ASSERT_OK(write_file(place / "answer", made.authority().stamp("a signature", k_now)));
  ASSERT_OK(write_file(place / "root.pem", made.chain[1].pem()));
  testing::ToolRun run =
      testing::run_tool({"openssl", "ts", "-verify", "-attime", std::to_string(k_now), "-data",
                         place / "data", "-in", place / "answer", "-CAfile", place / "root.pem"});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
}

TEST(EcdsaSignature, FormsAreInversesOfEachOther) {
  PrivateKey key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  for (int i = 0; i < 20; ++i) {
    std::string der = value(key.sign("text " + std::to_string(i)));
    std::string raw = value(ecdsa_der_to_raw(der));
    EXPECT_EQ(raw.size(), 64U);
    EXPECT_EQ(value(ecdsa_raw_to_der(raw)), der);
  }
  EXPECT_FALSE(ecdsa_raw_to_der(std::string(63, 'x')));
  EXPECT_FALSE(ecdsa_der_to_raw("x"));
  EXPECT_FALSE(ecdsa_der_to_raw(""));
}

}  // namespace
}  // namespace kiln
