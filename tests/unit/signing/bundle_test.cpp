// SPDX-License-Identifier: Apache-2.0
#include "installation.hpp"
#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <random>

namespace kiln::signing::tests {
namespace {

using testing::value;

class Bundles : public ::testing::Test {
 protected:
  Bundles() {
    Signed manifest{a_manifest(), "example.org/app", {a_statement(a_manifest().digest)}};
    made = value(sign_image(std::vector{manifest}, installation.context(), all_forms()));
    bundle = bundles_of(made).at(1);
  }
  ErrorCode refused(const Bundle& changed) {
    Result<VerifiedBundle> verdict = verify_bundle(changed, installation.trust());
    EXPECT_FALSE(verdict);
    return verdict ? ErrorCode::io : verdict.error().code;
  }
  Envelope& envelope() { return std::get<Envelope>(bundle.content); }

  Installation installation;
  SignedObjects made;
  Bundle bundle;
};

TEST_F(Bundles, OfBothShapesAreAcceptedWithTimeAndLog) {
  for (Form form : {Form::bundle, Form::rekor_v1_bundle})
    for (const Bundle& each : bundles_of(made, form)) {
      VerifiedBundle verified = value(verify_bundle(each, installation.trust()));
      ASSERT_EQ(verified.entries.size(), 1U);
      EXPECT_EQ(verified.entries[0].log, form == Form::bundle ? k_host : k_rekor_host);
      EXPECT_EQ(verified.times.at(0), k_now);
    }
}

TEST_F(Bundles, AreReadBackAsWritten) {
  EXPECT_EQ(value(parse_bundle(encode(bundle))), bundle);
}

TEST_F(Bundles, GiveTheStatementOnlyForItsSubjectAndType) {
  Digest digest = a_manifest().digest;
  EXPECT_EQ(value(verified_statement(bundle, digest, "https://spdx.dev/Document")).predicate,
            Json::object({{"SPDXID", "SPDXRef-DOCUMENT"}, {"spdxVersion", "SPDX-2.3"}}));
  EXPECT_OK(verified_statement(bundle, digest, ""));
  EXPECT_FALSE(verified_statement(bundle, digest, "https://slsa.dev/provenance/v1"));
  EXPECT_FALSE(verified_statement(bundle, sha256("another image"), ""));
}

TEST_F(Bundles, OfAnotherKeyAreRefused) {
  BundleTrust trust = installation.trust();
  trust.key = PrivateKey::generate(KeyAlgorithm::ecdsa_p256).public_key();
  EXPECT_FALSE(verify_bundle(bundle, trust));
}

TEST_F(Bundles, MadeWhenTheKeyWasNotValidAreRefused) {
  BundleTrust trust = installation.trust();
  trust.key_validity = {k_start, k_now - 1};
  EXPECT_FALSE(verify_bundle(bundle, trust));
  trust.key_validity = {k_now + 1, std::nullopt};
  EXPECT_FALSE(verify_bundle(bundle, trust));
}

TEST_F(Bundles, OfALogOrAuthorityThatIsNotTrustedThenAreRefused) {
  TrustedRoot& root = installation.root;
  root.logs[0].validity.until = k_now - 1;
  EXPECT_EQ(refused(bundle), ErrorCode::unverified);
  root.logs.clear();
  EXPECT_EQ(refused(bundle), ErrorCode::unverified);
  root = Installation().root;
  EXPECT_EQ(refused(bundle), ErrorCode::unverified);
}

TEST_F(Bundles, WithATimeStampOutsideItsAuthoritysTimesAreRefused) {
  installation.root.timestamp_authorities[0].validity.until = k_now - 1;
  EXPECT_EQ(refused(bundle), ErrorCode::unverified);
}

TEST_F(Bundles, WithoutTheDemandedLogEntryOrTimeAreRefused) {
  Bundle changed = bundle;
  changed.entries.clear();
  EXPECT_EQ(refused(changed), ErrorCode::unverified);
  changed = bundle;
  changed.timestamps.clear();
  EXPECT_EQ(refused(changed), ErrorCode::unverified);
  BundleTrust without_root = installation.trust();
  without_root.root = nullptr;
  EXPECT_OK(verify_bundle(changed, without_root));
}

TEST_F(Bundles, WithTheSameEntryOrStampTwiceAreRefused) {
  Bundle changed = bundle;
  changed.entries.push_back(bundle.entries[0]);
  EXPECT_EQ(refused(changed), ErrorCode::unverified);
  changed = bundle;
  changed.timestamps.push_back(bundle.timestamps[0]);
  EXPECT_EQ(refused(changed), ErrorCode::unverified);
}

TEST_F(Bundles, WithAStampOrEntryOfAnotherSignatureAreRefused) {
  Bundle other = bundles_of(made).at(0);
  Bundle changed = bundle;
  changed.timestamps = other.timestamps;
  EXPECT_EQ(refused(changed), ErrorCode::unverified);
  changed = bundle;
  changed.entries = other.entries;
  EXPECT_EQ(refused(changed), ErrorCode::unverified);
}

// The byte at `at` of a text, changed into another that is still of its alphabet.
std::string flipped(std::string text, size_t at) {
  text[at] = text[at] == 'A' ? 'B' : 'A';
  return text;
}

// Every field of a bundle has a meaning that is checked: no letter of its JSON can be changed.
// Left out are what says nothing by itself (the key hint) and, in time stamps, copies of
// certificates that the signature does not cover. One letter of four is tried.
TEST_F(Bundles, WithAnyChangedLetterAreRefused) {
  Digest digest = a_manifest().digest;
  std::mt19937_64 random(testing::fresh_seed());
  for (Form form : {Form::bundle, Form::rekor_v1_bundle}) {
    Bundle original = bundles_of(made, form).at(0);
    std::string text = encode(original);
    size_t stamps = text.find("\"signedTimestamp\"");
    size_t stamps_end = text.find('"', stamps + 20);
    size_t hint = text.find("\"hint\":\"");
    size_t hint_end = text.find('"', hint + 8);
    for (size_t at = random() % 4; at < text.size(); at += 1 + random() % 7) {
      if ((at > stamps && at < stamps_end) || (at > hint + 7 && at < hint_end)) continue;
      Result<Bundle> parsed = parse_bundle(flipped(text, at));
      if (!parsed || *parsed == original) continue;
      bool accepted = verify_bundle(*parsed, installation.trust()).has_value() &&
                      verified_statement(*parsed, digest, k_image_signature_type).has_value();
      EXPECT_FALSE(accepted) << "letter " << at << " of " << text.substr(at < 30 ? 0 : at - 30, 60);
    }
  }
}

TEST_F(Bundles, WithUnknownMembersOrOtherShapesAreNotRead) {
  auto refused_with = [&](auto change) {
    Json json = value(parse_json(encode(bundle)));
    change(json);
    return !parse_bundle(canonical(json)).has_value();
  };
  EXPECT_FALSE(refused_with([](Json&) {}));
  EXPECT_TRUE(refused_with([](Json& json) { json["more"] = 1; }));
  EXPECT_TRUE(refused_with([](Json& json) { json["verificationMaterial"]["more"] = 1; }));
  EXPECT_TRUE(refused_with([](Json& json) { json["dsseEnvelope"]["more"] = 1; }));
  EXPECT_TRUE(refused_with([](Json& json) { json["messageSignature"] = json["dsseEnvelope"]; }));
  EXPECT_TRUE(refused_with([](Json& json) { json["mediaType"] = "application/json"; }));
  EXPECT_TRUE(refused_with([](Json& json) {
    json["dsseEnvelope"]["signatures"].push_back(
        Json(json["dsseEnvelope"]["signatures"].as_array()[0]));
  }));
  EXPECT_TRUE(refused_with([](Json& json) {
    json["verificationMaterial"]["tlogEntries"].as_array()[0].as_object().erase("inclusionProof");
  }));
  EXPECT_TRUE(refused_with([](Json& json) {
    json["verificationMaterial"]["certificate"] = Json::object({{"rawBytes", "AAAA"}});
  }));
}

TEST_F(Bundles, MayLeaveOutMembersThatAreZero) {
  Bundle zero = bundle;
  zero.entries[0].log_index = zero.entries[0].proof.log_index = 0;
  Json json = value(parse_json(encode(zero)));
  Json& entry = json["verificationMaterial"]["tlogEntries"].as_array()[0];
  entry.as_object().erase("logIndex");
  entry.as_object().erase("integratedTime");
  entry["inclusionProof"].as_object().erase("logIndex");
  EXPECT_EQ(value(parse_bundle(canonical(json))), zero);
}

TEST(SigningForms, WriteIntoTheLogForRekorV1WhatTheyNeedAndNoMore) {
  Installation installation;
  Signed manifest{a_manifest(), "example.org/app", {a_statement(a_manifest().digest)}};
  auto entries_of = [&](const std::vector<Form>& forms) {
    SigningContext context = installation.context();
    uint64_t before = context.rekor_log->log.size();
    value(sign_image({manifest}, context, forms));
    return context.rekor_log->log.size() - before;
  };
  EXPECT_EQ(entries_of({Form::bundle, Form::notary}), 0U);
  EXPECT_EQ(entries_of({Form::bundle, Form::simple_tag}), 1U);
  EXPECT_EQ(entries_of({Form::rekor_v1_bundle}), 1U);
  EXPECT_EQ(entries_of({Form::attestation_tag}), 1U);
  EXPECT_EQ(entries_of({all_forms().begin(), all_forms().end()}), 3U);
}

TEST(SigningForms, OneManifestHoldsTheStatementsForCosignAndForBuildkit) {
  Installation installation;
  Signed manifest{a_manifest(), "example.org/app", {a_statement(a_manifest().digest)}};
  manifest.unsigned_types = {"https://spdx.dev/Document"};
  auto layers_of = [&](Form form) {
    SignedObjects made =
        value(sign_image({manifest}, installation.context(), std::vector{Form::bundle, form}));
    const SignedObject& object = made.objects.back();
    EXPECT_EQ(object.descriptor.artifact_type, oci::k_attestation_manifest_type);
    EXPECT_EQ(object.tag.ends_with(".att"), form == Form::attestation_tag);
    oci::Manifest read =
        value(oci::parse_manifest(value(made.content.bytes(object.descriptor.digest))));
    EXPECT_EQ(read.subject->digest, a_manifest().digest);
    std::vector<std::string> types;
    for (const oci::Descriptor& layer : read.layers) types.push_back(layer.media_type);
    EXPECT_EQ(value(made.content.bytes(read.layers.back().digest)), manifest.statements[0].payload);
    return types;
  };
  EXPECT_EQ(layers_of(Form::attestation_tag),
            (std::vector<std::string>{"application/vnd.dsse.envelope.v1+json",
                                      "application/vnd.in-toto+json"}));
  EXPECT_EQ(layers_of(Form::buildkit_attestations),
            std::vector<std::string>{"application/vnd.in-toto+json"});
}

}  // namespace
}  // namespace kiln::signing::tests
