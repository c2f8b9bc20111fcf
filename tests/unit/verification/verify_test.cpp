// SPDX-License-Identifier: Apache-2.0
//
// Verdicts on images that are as they should be, and on images that miss something.
#include "evidence/predicates.hpp"
#include "evidence/tlog/cosignature.hpp"
#include "evidence/verification/bundle_directory.hpp"
#include "signed_image.hpp"
#include "support/result_matchers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::verification::tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;
using testing::value;

const std::vector<signing::Form> k_bundles = {signing::Form::bundle};

std::vector<signing::Form> every_form() {
  auto forms = signing::all_forms();
  return {forms.begin(), forms.end()};
}

TEST(Verify, AcceptsAnImageSignedInEveryForm) {
  SignedImage image;
  image.sign(every_form());
  Answer answer = image.verify(image.policy());
  EXPECT_THAT(complaints(answer.verdict), IsEmpty()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains(fmt::format("signature index: {} by release (bundle, simple signature)",
                                   image.image.index.digest.str())));
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains("statement linux/arm64: https://example.org/test by release"));
}

TEST(Verify, AcceptsAllThatAPolicyCanDemandOfSignatures) {
  SignedImage image;
  image.sign(k_bundles);
  Policy policy = image.policy();
  policy.platform_signatures = Demand::required;
  policy.log = Demand::required;
  policy.timestamp = Demand::required;
  policy.platform_statements = {"https://example.org/test"};
  policy.image_age = std::chrono::hours(48);
  policy.evidence_age = std::chrono::hours(48);
  Answer answer = image.verify(policy);
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
}

TEST(Verify, FindsTheImageInALayoutThatAlsoListsItsPlatforms) {
  SignedImage image;
  image.sign(every_form());
  image.edit_layout = [&](oci::Content& content) {
    for (const oci::Descriptor& manifest : image.image.manifests) content.list(manifest);
  };
  Answer answer = image.verify(image.policy());
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_EQ(answer.parts.root.digest, image.image.index.digest);
}

TEST(Verify, TellsWhatIsMissing) {
  SignedImage image;
  image.sign(k_bundles);
  Policy policy = image.policy();
  policy.platform_statements = {"https://slsa.dev/provenance/v1"};
  EXPECT_THAT(
      complaints(image.verify(policy).verdict),
      ElementsAre("missing statement linux/amd64: no trusted signer says provenance about it",
                  "missing statement linux/arm64: no trusted signer says provenance about "
                  "it"));
}

// The image with the result of a second build of linux/amd64 beside it.
Answer verify_rebuilt(std::string_view result) {
  SignedImage image;
  Digest original = image.image.manifests[0].digest;
  Digest rebuilt = result == "MATCH" ? original : sha256("another");
  auto digest = [](const Digest& of) {
    return Json::object({{"digest", Json::object({{"sha256", of.hex()}})}});
  };
  Json predicate = Json::object({{"result", result},
                                 {"original", digest(original)},
                                 {"rebuilt", digest(rebuilt)},
                                 {"builder", Json::object({{"id", "https://builder.example"}})}});
  image.sign(k_bundles, {{}, {statement_about(original, evidence::rebuild_type(), predicate)}, {}});
  Policy policy = image.policy();
  policy.platform_statements = {evidence::rebuild_type()};
  return image.verify(policy, {.selection = {.platform = model::Platform{"linux", "amd64", ""}}});
}

TEST(Verify, TakesASecondBuildThatGaveTheSame) {
  Answer answer = verify_rebuilt("MATCH");
  EXPECT_THAT(complaints(answer.verdict), IsEmpty()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains("rebuild linux/amd64: a second build by https://builder.example gave the "
                       "same image"));
}

TEST(Verify, RefusesASecondBuildThatGaveAnotherImage) {
  Answer answer = verify_rebuilt("MISMATCH");
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(StartsWith("failed rebuild linux/amd64: https://builder.example says "
                                     "MISMATCH: a second build gave sha256:"),
                          "missing statement linux/amd64: no trusted signer says rebuild about "
                          "it"));
}

TEST(Verify, RefusesAnUnsignedImage) {
  SignedImage image;
  EXPECT_THAT(complaints(image.verify(image.policy()).verdict),
              ElementsAre("missing signature index: no trusted signer has signed it"));
}

TEST(Verify, CountsSignaturesOfOthersForNothingAndSaysSo) {
  SignedImage image;
  image.sign(every_form());
  Policy policy = image.policy();
  policy.signers[0].key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key();
  policy.signers[0].key_digest = policy.signers[0].key->digest();
  Answer answer = image.verify(policy);
  expect_refused("another key", answer.verdict);
  ASSERT_EQ(complaints(answer.verdict).size(), 1U) << text(answer.verdict);
  EXPECT_THAT(complaints(answer.verdict)[0],
              HasSubstr("missing signature index: no trusted signer has signed it; "));
  EXPECT_THAT(complaints(answer.verdict)[0],
              HasSubstr("of others, which the policy does not trust"));
}

TEST(Verify, TakesAKeyByDigestOnlyWhenItIsAtHand) {
  SignedImage image;
  image.sign(k_bundles);
  Policy policy = image.policy();
  policy.signers[0].key.reset();
  Answer answer = image.verify(policy);
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(StartsWith("missing signature index: no trusted signer has signed it")));
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(fmt::format("signer release: key {} is not at hand: give it with --key",
                                   policy.signers[0].key_digest->str())));
}

TEST(Verify, WantsEachPartInALog) {
  SignedImage image;
  image.sign(k_bundles);
  image.edit_bundle = [](signing::Bundle& bundle) { bundle.entries.clear(); };
  Policy policy = image.policy();
  policy.log = Demand::required;
  EXPECT_THAT(complaints(image.verify(policy).verdict),
              ElementsAre("missing log index: in no trusted log: signature",
                          "missing log linux/amd64: in no trusted log: signature, statement "
                          "https://example.org/test",
                          "missing log linux/arm64: in no trusted log: signature, statement "
                          "https://example.org/test"));
}

TEST(Verify, WantsProvenTimes) {
  SignedImage image;
  image.sign(k_bundles);
  image.edit_bundle = [](signing::Bundle& bundle) { bundle.timestamps.clear(); };
  Policy policy = image.policy();
  policy.timestamp = Demand::required;
  EXPECT_THAT(complaints(image.verify(policy).verdict),
              Contains("missing time index: nothing proves when it was made: signature"));
}

TEST(Verify, RefusesWhatIsTooOld) {
  SignedImage image;
  image.sign(k_bundles);
  Policy policy = image.policy();
  policy.image_age = std::chrono::hours(1);
  Answer answer = image.verify(policy, {.now = k_start + 1000 + 7201});
  EXPECT_THAT(
      complaints(answer.verdict),
      Contains(HasSubstr("failed freshness index: signature: signed at 2026-05-28T20:43:20Z")));
}

TEST(Verify, RefusesASignatureFromBeforeAndAfterAKeysTime) {
  SignedImage image;
  image.sign(k_bundles);
  for (signing::Validity validity :
       {signing::Validity{k_start + 2000, k_end}, signing::Validity{k_start, k_start + 500}}) {
    Policy policy = image.policy();
    policy.signers[0].validity = validity;
    Answer answer = image.verify(policy);
    expect_refused("expired key", answer.verdict);
    EXPECT_THAT(complaints(answer.verdict), Contains(HasSubstr("when key sha256:")))
        << text(answer.verdict);
  }
}

TEST(Verify, KeepsWhatAnExpiredKeySignedInTime) {
  SignedImage image;
  image.sign(k_bundles);
  Policy policy = image.policy();
  policy.signers[0].validity = {k_start, k_start + 2000};
  EXPECT_TRUE(image.verify(policy).verdict.accepted());
}

TEST(Verify, PassesOverWhatAnExpiredKeySignedAtAnUnknownTime) {
  SignedImage image;
  image.sign(k_bundles);
  image.edit_bundle = [](signing::Bundle& bundle) { bundle.timestamps.clear(); };
  Policy policy = image.policy();
  policy.signers[0].validity = {k_start, k_start + 2000};
  Answer answer = image.verify(policy);
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre("missing signature index: no trusted signer has signed it"));
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(HasSubstr("nothing proves that it was made while release")));
}

// The key of a log in Rekor v1's shape is not named as its origin is.
TEST(Verify, TakesNoLogForItsOwnWitness) {
  SignedImage image;
  image.sign(std::vector{signing::Form::rekor_v1_bundle});
  Answer answer = image.verify(image.policy());
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped), Contains(StartsWith("witness rekor.log")));
  EXPECT_THAT(text(answer.verdict), Not(HasSubstr("which the policy does not know")));
}

TEST(Verify, NamesWitnessesByTheirOperators) {
  SignedImage image;
  image.sign(k_bundles);
  PrivateKey secret = PrivateKey::generate(KeyAlgorithm::ed25519);
  tlog::NoteKey witness = value(tlog::NoteKey::of_witness("w.example/1", secret.public_key()));
  image.edit_bundle = [&](signing::Bundle& bundle) {
    std::string& note = bundle.entries[0].proof.checkpoint;
    std::string text = value(tlog::Note::parse(note)).text;
    note += value(tlog::cosign(text, k_start + 1100, witness, secret)).str();
  };
  Policy policy = image.policy();
  policy.witnesses = {{witness, "Somebody Else", false}};
  policy.quorum = 1;
  Answer answer = image.verify(policy);
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains(HasSubstr("cosigned by witnesses of Somebody Else")));
  policy.witnesses[0].own = true;
  answer = image.verify(policy);
  EXPECT_THAT(complaints(answer.verdict),
              ElementsAre(HasSubstr("missing witness evidence: not seen "
                                    "by 1 independent witness")));
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(HasSubstr("w.example/1 of the log's own operator, which does not count")));
}

TEST(Verify, LooksAtOnePlatformAndSaysThatItLeftOthersOut) {
  SignedImage image;
  image.sign(k_bundles);
  Answer answer = image.verify(image.policy(),
                               {.selection = {.platform = model::Platform{"linux", "arm64", ""}}});
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains("platforms index: 1 image of other platforms were not asked for"));
}

TEST(Verify, TakesAKeyThatThePolicyNamesByDigest) {
  SignedImage image;
  image.sign(k_bundles);
  Policy policy = image.policy();
  std::vector<PublicKey> keys = {*policy.signers[0].key};
  policy.signers[0].key.reset();
  Answer answer = image.verify(policy, {.keys = keys});
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
}

TEST(Verify, TakesEvidenceFromABundleDirectory) {
  SignedImage image;
  image.sign(k_bundles);
  Policy policy = image.policy();
  policy.log = Demand::required;
  Answer answer = image.verify(policy);
  TemporaryDirectory place = value(TemporaryDirectory::create());
  EXPECT_EQ(value(write_bundle_directory(place.path(), answer, policy)), 0U);
  image.keep = [](const signing::SignedObject&) { return false; };
  EXPECT_FALSE(image.verify(policy).verdict.accepted());
  BundleDirectory saved = value(read_bundle_directory(place.path()));
  ASSERT_EQ(saved.keys.size(), 1U);
  EXPECT_EQ(saved.keys[0].name, "release");
  policy.trusted_root = saved.trusted_root;
  answer = image.verify(policy, {.bundles = saved.bundles});
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
}

}  // namespace
}  // namespace kiln::verification::tests
