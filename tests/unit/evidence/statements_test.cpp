// SPDX-License-Identifier: Apache-2.0
#include "evidence/statements.hpp"

#include "base/strings.hpp"
#include "evidence/buildkit.hpp"
#include "evidence/changelog.hpp"
#include "evidence/predicates.hpp"
#include "oci/media_types.hpp"
#include "sample.hpp"
#include "support/golden.hpp"
#include "support/result_matchers.hpp"

#include <functional>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::evidence {
namespace {

using ::testing::HasSubstr;
using testing::value;

Sample full() {
  Sample build = sample();
  build.add_platform_document("spdx-2.3", R"({"spdxVersion":"SPDX-2.3"})");
  build.add_platform_document("cyclonedx-1.6", R"({"bomFormat":"CycloneDX"})");
  build.add_image_document("changelog", changelog(sha256("old"), {}));
  return build;
}

Result<std::vector<Claim>> claims_of(const Sample& build) {
  return make_claims(build.record, build.documents, local_builder(), k_sample_time + 10);
}

std::string names(const std::vector<Claim>& claims) {
  std::vector<std::string> list;
  for (const Claim& claim : claims) list.emplace_back(claim.kind->name);
  return join(list, " ");
}

Json predicate_of(const Claim& claim) {
  return *value(parse_json(claim.statement.payload)).find("predicate");
}

TEST(Statements, AreAllMadeFromTheRecordAndItsDocuments) {
  std::vector<Claim> claims = value(claims_of(full()));
  EXPECT_EQ(names(claims),
            "provenance spdx-2.3 cyclonedx-1.6 changelog definition "
            "lock summary");
  for (const Claim& claim : claims) {
    std::string statement = claim.statement.payload;
    Json json = value(parse_json(statement));
    EXPECT_EQ(canonical(json), statement) << claim.kind->name;
    EXPECT_EQ(value(json.get_string("predicateType")), claim.kind->predicate_type);
    testing::expect_golden(fmt::format("evidence/{}.json", claim.kind->name), statement);
  }
}

TEST(Statements, WithoutDocumentsThoseThatNeedThemAreLeftOut) {
  EXPECT_EQ(names(value(claims_of(sample()))), "provenance definition lock summary");
}

TEST(Statements, TheSummaryNamesEveryStatementItRestsOn) {
  std::vector<Claim> claims = value(claims_of(full()));
  std::set<std::string> expected, named;
  for (const Claim& claim : claims)
    if (claim.kind->name != "summary") expected.insert(sha256(claim.statement.payload).hex());
  Json summary = predicate_of(claims.back());
  for (const Json& input : *value(summary.get_array("inputAttestations")))
    named.insert(value(input.get_string({"digest", "sha256"})));
  EXPECT_EQ(named, expected);
  EXPECT_EQ(value(summary.get_strings("verifiedLevels")),
            std::vector<std::string>{"SLSA_BUILD_LEVEL_1"});
}

TEST(Statements, TheSummaryOfABuildFromALockClaimsNoCheckOfIndexes) {
  Sample build = full();
  build.record.parameters.lock = sha256("lock");
  Json summary = predicate_of(value(claims_of(build)).back());
  EXPECT_EQ(value(summary.get_string({"policy", "digest", "sha256"})),
            sha256(policy_text(BuiltFrom::lock)).hex());
  EXPECT_THAT(policy_text(BuiltFrom::lock), ::testing::Not(HasSubstr("indexes-signed")));
  EXPECT_THAT(policy_text(BuiltFrom::archives), HasSubstr("indexes-signed"));
}

TEST(Statements, OfARecordThatDoesNotFitAreNotMade) {
  std::vector<std::pair<std::string, std::function<void(Sample&)>>> changes = {
      {"mode", [](Sample& s) { s.record.mode = "hosted"; }},
      {"ends before", [](Sample& s) { s.record.started = s.record.finished + 1; }},
      {"future", [](Sample& s) { s.record.finished = k_sample_time + 3600; }},
      {"platforms", [](Sample& s) { s.record.platforms.clear(); }},
      {"another plan", [](Sample& s) { s.record.platforms[0].plan = sha256("x"); }},
      {"another image", [](Sample& s) { s.record.image = "registry.example/other"; }},
      {"another image", [](Sample& s) { s.record.definition = "image/other"; }},
      {"inputs", [](Sample& s) { s.record.platforms[0].dependencies.pop_back(); }},
      {"inputs",
       [](Sample& s) { s.record.platforms[0].dependencies[2].digest["sha256"][0] = '0'; }},
      {"not beside it", [](Sample& s) { s.documents.erase(s.record.lock.digest); }},
      {"not beside it", [](Sample& s) { s.record.lock.size += 1; }},
      {"no document of the kind", [](Sample& s) { s.add_platform_document("provenance", "{}"); }},
      {"no document of the kind", [](Sample& s) { s.add_platform_document("changelog", "{}"); }},
      {"no document of the kind", [](Sample& s) { s.add_image_document("anything", "{}"); }},
      {"no JSON object",
       [](Sample& s) { s.add_platform_document("spdx-3.0.1", "{},\"subject\":[]"); }},
      {"no JSON object", [](Sample& s) { s.add_platform_document("spdx-3.0.1", "[]"); }},
      {"twice", [](Sample& s) { s.add_platform_document("spdx-2.3", "{\"b\":1}"); }},
  };
  for (const auto& [words, change] : changes) {
    Sample build = full();
    change(build);
    Result<std::vector<Claim>> claims = claims_of(build);
    ASSERT_FALSE(claims) << words;
    EXPECT_THAT(claims.error().str(), HasSubstr(words));
    EXPECT_EQ(claims.error().code, ErrorCode::unverified) << words;
  }
}

TEST(Statements, ThePublishedPoliciesAreTheOnesThatSummariesName) {
  testing::expect_golden("../../docs/policies/build-v1.json", policy_text(BuiltFrom::archives));
  testing::expect_golden("../../docs/policies/build-from-lock-v1.json",
                         policy_text(BuiltFrom::lock));
}

TEST(Changelog, SaysWhatChangedForEachPlatform) {
  image::ImageDiff difference;
  difference.packages = {{image::Change::changed, "hello", "amd64", "1", "2"},
                         {image::Change::added, "new", "amd64", "", "1"}};
  difference.files = {{image::Change::removed, "usr/bin/x", {}, -4, "hello"}};
  difference.config = {{image::Change::changed, "user", "", "65532"}};
  difference.compressed_difference = -100;
  testing::expect_golden(
      "evidence/changes.json",
      changelog(sha256("old"), {{{}, sha256("new amd64"), sha256("old amd64"), difference},
                                {{"linux", "arm64", ""}, sha256("new arm64"), std::nullopt}}));
}

// The index of a record's one platform, as a document of the record.
Sample with_index() {
  Sample build = full();
  oci::Index index;
  oci::Descriptor manifest;
  manifest.media_type = oci::k_manifest_type;
  manifest.digest = build.record.platforms[0].manifest.digest;
  manifest.size = build.record.platforms[0].manifest.size;
  manifest.platform = build.record.platforms[0].platform;
  index.manifests = {manifest};
  index.annotations = {{"org.opencontainers.image.title", "hello"}};
  std::string text = oci::encode(index);
  build.record.index = {sha256(text), text.size()};
  build.add_image_document("index", text);
  return build;
}

TEST(AttestedIndex, NamesTheAttestationManifestOfEachPlatform) {
  Sample build = with_index();
  const Digest& platform = build.record.platforms[0].manifest.digest;
  signing::SignedObjects made;
  oci::Descriptor attestation = oci::describe(oci::k_manifest_type, "attestations");
  attestation.artifact_type = oci::k_attestation_manifest_type;
  made.objects = {{.subject = platform, .descriptor = oci::describe(oci::k_manifest_type, "other")},
                  {.subject = platform, .descriptor = attestation}};
  oci::Index index = value(oci::parse_index(
      value(attested_index(build.record, build.documents.at(build.record.index.digest), made))));
  EXPECT_EQ(index.subject->digest, build.record.index.digest);
  EXPECT_EQ(index.annotations.at("org.opencontainers.image.title"), "hello");
  ASSERT_EQ(index.manifests.size(), 2U);
  EXPECT_EQ(index.manifests[1].digest, attestation.digest);
  EXPECT_EQ(index.manifests[1].platform->str(), "unknown/unknown");
  EXPECT_EQ(index.manifests[1].annotations.at("vnd.docker.reference.digest"), platform.str());
}

TEST(AttestedIndex, OfAnIndexThatIsNotTheRecordsIsRefused) {
  Sample other_bytes = sample();
  other_bytes.add_image_document("index", R"({"schemaVersion":2,"manifests":[]})");
  Sample other_platforms = with_index();
  other_platforms.record.platforms[0].manifest.digest = sha256("another manifest");
  for (const Sample& build : {other_bytes, other_platforms}) {
    Result<std::vector<Claim>> claims = claims_of(build);
    ASSERT_FALSE(claims);
    EXPECT_EQ(claims.error().code, ErrorCode::unverified);
    EXPECT_THAT(claims.error().str(), HasSubstr("is not the one it names"));
  }
}

}  // namespace
}  // namespace kiln::evidence
