// SPDX-License-Identifier: Apache-2.0
#include "evidence/verification/policy.hpp"

#include "base/files.hpp"
#include "evidence/signing/trusted_root.hpp"
#include "evidence/verification/export.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::verification {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::value;

class PolicyFile : public ::testing::Test {
 protected:
  PolicyFile() {
    EXPECT_OK(write_file(directory_.path() / "release.pub", key_.public_key().pem()));
    EXPECT_OK(write_file(directory_.path() / "trusted_root.json", signing::encode({})));
  }

  // Reads a policy; `lines` follow a format and a signer that are right.
  Policy read(const std::string& lines) {
    return read_whole("format: 1\nsigners:\n  - {name: release, key: release.pub}\n" + lines);
  }

  Policy read_whole(const std::string& text) {
    found_ = {};
    return read_policy(text, "policy.yaml", directory_.path(), found_);
  }

  std::string only_error() {
    EXPECT_EQ(found_.error_count(), 1U) << found_.print(false);
    return found_.size() == 0 ? "" : found_.print(false);
  }

  PrivateKey key_ = PrivateKey::generate(KeyAlgorithm::ecdsa_p256);
  PrivateKey witness_ = PrivateKey::generate(KeyAlgorithm::ed25519);
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  Diagnostics found_;
};

TEST_F(PolicyFile, RefusesImagesWithATagWhichNoNameHas) {
  for (const char* name : {"r.example/base/nginx:1", "nginx:1", "r.example/nginx@sha256:00"}) {
    read(fmt::format("images: [\"{}\"]\n", name));
    EXPECT_THAT(only_error(), HasSubstr("matches no image: names are compared without tag"));
  }
  read("images: [\"localhost:5000/base/*\"]\n");
  EXPECT_EQ(found_.error_count(), 0U) << found_.print(false);
}

TEST_F(PolicyFile, IsDescribedWithAgesAsPeopleSayThem) {
  std::vector<std::string> said =
      describe(read("trusted-root: trusted_root.json\nfreshness: {image: 90d, evidence: 36h}\n"));
  EXPECT_THAT(said, ::testing::Contains("a signature no older than 90 days"));
  EXPECT_THAT(said, ::testing::Contains("statements no older than 36 h"));
}

TEST_F(PolicyFile, GivesEveryKey) {
  std::string vkey = value(tlog::NoteKey::of_witness("w.example/1", witness_.public_key())).str();
  Policy policy = read(fmt::format(R"(name: base images
images: [registry.example/base/*]
trusted-root: trusted_root.json
builders: [https://kiln.dev/builder/local]
signatures: {{index: if-present, platforms: required, attestations: required}}
statements: {{image: [lock], platform: [provenance, https://example.org/custom]}}
log: required
witnesses: {{quorum: 1, keys: [{{key: "{}", operator: Somebody}}]}}
timestamp: required
freshness: {{image: 90d, evidence: 12h}}
sbom: required
allowed-differences: [var/cache/**]
provenance: required
)",
                                   vkey));
  ASSERT_FALSE(found_.has_errors()) << found_.print(false);
  EXPECT_EQ(policy.name, "base images");
  ASSERT_EQ(policy.signers.size(), 1U);
  EXPECT_EQ(policy.signers[0].key, key_.public_key());
  EXPECT_TRUE(policy.trusted_root);
  EXPECT_EQ(policy.index_signature, Demand::if_present);
  EXPECT_EQ(policy.platform_signatures, Demand::required);
  EXPECT_THAT(policy.image_statements, ElementsAre("https://kiln.dev/predicate/lock/v1"));
  EXPECT_THAT(policy.platform_statements,
              ElementsAre("https://slsa.dev/provenance/v1", "https://example.org/custom"));
  EXPECT_EQ(policy.log, Demand::required);
  ASSERT_EQ(policy.witnesses.size(), 1U);
  EXPECT_EQ(policy.witnesses[0].run_by, "Somebody");
  EXPECT_EQ(policy.quorum, 1U);
  EXPECT_EQ(policy.image_age, std::chrono::hours(90 * 24));
  EXPECT_EQ(policy.evidence_age, std::chrono::hours(12));
  EXPECT_EQ(policy.sbom, Demand::required);
  EXPECT_EQ(policy.provenance, Demand::required);
}

TEST_F(PolicyFile, DemandsASignatureOfTheIndexAndNothingElseUnlessTold) {
  Policy policy = read("");
  ASSERT_FALSE(found_.has_errors()) << found_.print(false);
  EXPECT_EQ(policy.index_signature, Demand::required);
  EXPECT_EQ(policy.platform_signatures, Demand::if_present);
  EXPECT_EQ(policy.log, Demand::if_present);
  EXPECT_EQ(policy.sbom, Demand::if_present);
  EXPECT_TRUE(policy.image_statements.empty());
}

TEST_F(PolicyFile, TakesAKeyAsBlockOrDigest) {
  std::string pem = key_.public_key().pem();
  std::string indented;
  for (char c : pem) indented += c == '\n' ? std::string("\n      ") : std::string(1, c);
  Policy whole =
      read_whole(fmt::format("format: 1\nsigners:\n  - name: a\n    key: |\n      {}\n", indented));
  ASSERT_FALSE(found_.has_errors()) << found_.print(false);
  EXPECT_EQ(whole.signers[0].key, key_.public_key());
  Policy by_digest = read_whole(fmt::format("format: 1\nsigners: [{{name: b, key: \"{}\"}}]\n",
                                            key_.public_key().digest().str()));
  ASSERT_FALSE(found_.has_errors()) << found_.print(false);
  EXPECT_FALSE(by_digest.signers[0].key);
  EXPECT_EQ(by_digest.signers[0].key_digest, key_.public_key().digest());
}

TEST_F(PolicyFile, SaysWhichKeyWasMeant) {
  read("timestmap: required\n");
  EXPECT_THAT(only_error(), HasSubstr("policy.yaml:4:1: error: unknown key \"timestmap\""));
  EXPECT_THAT(only_error(), HasSubstr("did you mean \"timestamp\"?"));
}

TEST_F(PolicyFile, SaysWhichStatementWasMeant) {
  read("statements: {platform: [provenence]}\n");
  EXPECT_THAT(only_error(),
              HasSubstr("policy.yaml:4:25: error: \"provenence\" is no kind of statement"));
  EXPECT_THAT(only_error(), HasSubstr("did you mean \"provenance\"?"));
}

TEST_F(PolicyFile, RefusesWhatItCouldNotEnforce) {
  read("severities: {critical: 0}\n");
  EXPECT_THAT(only_error(),
              HasSubstr("\"severities\" is reserved for rules about vulnerabilities"));
}

TEST_F(PolicyFile, RefusesToDemandASignatureAsAStatement) {
  read("statements: {image: [image-signature]}\n");
  EXPECT_THAT(only_error(), HasSubstr("a signature is no statement"));
}

TEST_F(PolicyFile, RefusesAnotherFormat) {
  read_whole("format: 2\nsigners: [{name: a, key: release.pub}]\n");
  EXPECT_THAT(only_error(), HasSubstr("policies of format 1, not 2"));
}

TEST_F(PolicyFile, WantsATrustedRootForLogsAndTimes) {
  read("log: required\n");
  EXPECT_THAT(only_error(), HasSubstr("a required log needs `trusted-root`"));
  read("timestamp: required\n");
  EXPECT_THAT(only_error(), HasSubstr("a required time stamp needs `trusted-root`"));
  read("freshness: {image: 90d}\n");
  EXPECT_THAT(only_error(), HasSubstr("an age of the image needs `trusted-root`"));
  read("freshness: {evidence: 30d}\n");
  EXPECT_THAT(only_error(), HasSubstr("an age of the evidence needs `trusted-root`"));
}

TEST_F(PolicyFile, RefusesTwoSignersThatAreOne) {
  std::string digest = key_.public_key().digest().str();
  read_whole(
      fmt::format("format: 1\nsigners:\n  - {{name: a, key: release.pub, until: 2026-01-01}}\n"
                  "  - {{name: b, key: \"{}\"}}\n",
                  digest));
  EXPECT_THAT(only_error(), HasSubstr("\"a\" and \"b\" are one signer"));
  std::string identity = "{name: NAME, identity: me@example.org, issuer: \"https://i.example\"}";
  auto named = [&](const std::string& name) {
    std::string text = identity;
    return text.replace(text.find("NAME"), 4, name);
  };
  read_whole("format: 1\ntrusted-root: trusted_root.json\nsigners: [" + named("a") + ", " +
             named("b") + "]\n");
  EXPECT_THAT(only_error(), HasSubstr("are one signer"));
}

TEST_F(PolicyFile, CountsWitnessesOfOneOperatorAndOfTheLogItselfOnce) {
  std::string vkey = value(tlog::NoteKey::of_witness("w.example/1", witness_.public_key())).str();
  std::string witnesses = fmt::format(
      "trusted-root: trusted_root.json\nwitnesses:\n  quorum: 2\n  keys:\n"
      "    - {{key: \"{0}\", operator: A}}\n    - {{key: \"{0}\", operator: A}}\n"
      "    - {{key: \"{0}\", operator: B, own: true}}\n",
      vkey);
  read(witnesses);
  EXPECT_THAT(only_error(), HasSubstr("the quorum is 2, but the witnesses have only 1 other "
                                      "operator"));
}

TEST_F(PolicyFile, ReportsEverySignerThatIsWrong) {
  read_whole(R"(format: 1
signers:
  - {name: a, key: gone.pub}
  - {name: b}
  - {name: b, key: release.pub, from: yesterday}
  - {name: c, key: "sha256:12"}
)");
  std::string text = found_.print(false);
  EXPECT_THAT(text, HasSubstr("policy.yaml:3:20"));
  EXPECT_THAT(text, HasSubstr("gone.pub"));
  EXPECT_THAT(text, HasSubstr("either a key, an identity or a certificate"));
  EXPECT_THAT(text, HasSubstr("two signers named \"b\""));
  EXPECT_THAT(text, HasSubstr("yesterday"));
  EXPECT_THAT(text, HasSubstr("policy.yaml:6:20"));
}

TEST_F(PolicyFile, WantsSigners) {
  read_whole("format: 1\n");
  EXPECT_THAT(only_error(), HasSubstr("signers"));
}

TEST(Policy, IsAboutTheImagesThatItNames) {
  Policy policy;
  EXPECT_TRUE(applies_to(policy, "any/thing"));
  policy.images = {"registry.example/base/*", "docker.io/library/nginx"};
  EXPECT_TRUE(applies_to(policy, "registry.example/base/nginx"));
  EXPECT_FALSE(applies_to(policy, "registry.example/base/nginx/other"));
  EXPECT_FALSE(applies_to(policy, "evil.example/registry.example/base/nginx"));
}

}  // namespace
}  // namespace kiln::verification
