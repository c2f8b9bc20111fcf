// SPDX-License-Identifier: Apache-2.0
//
// What belongs to an image, and in which order it is brought somewhere.
#include "publish/closure.hpp"

#include "oci/artifact.hpp"
#include "oci/layout.hpp"
#include "oci/media_types.hpp"
#include "oci/replaceable.hpp"
#include "publish/roots.hpp"
#include "publish/tagged_index.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::publish {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::Not;
using testing::value;

// An index of two platforms with evidence of every kind, as a layout.
class ClosureTest : public ::testing::Test {
 protected:
  ClosureTest() {
    amd64_ = add_image("amd64");
    arm64_ = add_image("arm64");
    attestation_ = add_attestation(amd64_);
    oci::Index index;
    index.manifests = {amd64_, arm64_, attestation_};
    index_ = content_.add(oci::k_index_type, oci::encode(index));
    content_.list(index_, "1");
    about_index_ = attach(index_, "signature of the index");
    about_amd64_ = attach(amd64_, "SBOM");
    about_sbom_ = attach(about_amd64_, "signature of the SBOM");
    cosign_ = content_.add(oci::k_manifest_type, oci::encode(cosign_signature()));
    content_.list(cosign_, "sha256-" + index_.digest.hex() + ".sig");
  }

  oci::Descriptor add_image(const std::string& architecture) {
    oci::ImageConfig config;
    config.platform.architecture = architecture;
    config.diff_ids = {sha256(architecture)};
    oci::Manifest manifest;
    manifest.config = content_.add(oci::k_config_type, oci::encode(config));
    manifest.layers = {content_.add(oci::k_layer_type, architecture)};
    oci::Descriptor descriptor = content_.add(oci::k_manifest_type, oci::encode(manifest));
    descriptor.platform = config.platform;
    return descriptor;
  }
  oci::Descriptor add_attestation(const oci::Descriptor& image) {
    oci::Manifest manifest;
    manifest.artifact_type = "application/vnd.docker.attestation.manifest.v1+json";
    manifest.config = oci::empty_descriptor();
    content_.add(oci::k_empty_type, "{}");
    manifest.layers = {content_.add("application/vnd.in-toto+json", "statement")};
    manifest.subject = plain(image);
    oci::Descriptor descriptor = content_.add(oci::k_manifest_type, oci::encode(manifest));
    descriptor.platform = model::Platform{"unknown", "unknown", ""};
    descriptor.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                              {"vnd.docker.reference.digest", image.digest.str()}};
    return descriptor;
  }
  oci::Manifest cosign_signature() {
    oci::Manifest manifest;
    manifest.config = content_.add(oci::k_config_type, "{}");
    manifest.layers = {content_.add("application/vnd.dev.cosign.simplesigning.v1+json", "payload")};
    return manifest;
  }
  oci::Descriptor attach(const oci::Descriptor& subject, std::string text,
                         const oci::Annotations& annotations = {}) {
    return oci::attach(content_, subject, "application/x", "text/plain", std::move(text),
                       annotations);
  }
  static oci::Descriptor plain(const oci::Descriptor& full) {
    oci::Descriptor descriptor;
    descriptor.media_type = full.media_type;
    descriptor.digest = full.digest;
    descriptor.size = full.size;
    return descriptor;
  }

  // An index that adds attestations to index_, beside it.
  oci::Descriptor add_attested_index() {
    oci::Index attested;
    attested.manifests = {amd64_, arm64_, attestation_, add_attestation(arm64_)};
    attested.subject = plain(index_);
    oci::Descriptor descriptor = content_.add(oci::k_index_type, oci::encode(attested));
    content_.list(descriptor);
    return descriptor;
  }

  std::unique_ptr<oci::ImageReader> reader() {
    value(oci::write_layout(place_.path() / "layout", content_));
    return value(oci::open_image(place_.path() / "layout"));
  }
  static std::vector<Digest> digests(const Closure& closure) {
    std::vector<Digest> found;
    for (const ManifestNode& node : closure.manifests) found.push_back(node.descriptor.digest);
    return found;
  }

  TemporaryDirectory place_ = value(TemporaryDirectory::create());
  oci::Content content_;
  oci::Descriptor amd64_, arm64_, attestation_, index_, about_index_, about_amd64_, about_sbom_,
      cosign_;
};

TEST_F(ClosureTest, HoldsEverythingThatIsAboutTheImage) {
  std::unique_ptr<oci::ImageReader> from = reader();
  Closure all = value(closure(*from, value(find_root(*from, "")).descriptor));
  EXPECT_EQ(all.root.digest, index_.digest);
  EXPECT_THAT(digests(all),
              ::testing::UnorderedElementsAre(
                  amd64_.digest, arm64_.digest, attestation_.digest, index_.digest,
                  about_index_.digest, about_amd64_.digest, about_sbom_.digest, cosign_.digest));
  EXPECT_EQ(all.evidence_count(), 4U);
  std::map<std::string, Digest> tags = {{"sha256-" + index_.digest.hex() + ".sig", cosign_.digest}};
  EXPECT_EQ(all.tags, tags);
  EXPECT_THAT(all.missing, ::testing::IsEmpty());
}

TEST_F(ClosureTest, WhatAManifestNeedsComesBeforeIt) {
  std::unique_ptr<oci::ImageReader> from = reader();
  Closure all = value(closure(*from, index_));
  std::set<Digest> before;
  for (const ManifestNode& node : all.manifests) {
    for (const Digest& needed : node.manifests) EXPECT_TRUE(before.contains(needed));
    if (node.subject) {
      EXPECT_TRUE(before.contains(*node.subject));
    }
    before.insert(node.descriptor.digest);
  }
}

TEST_F(ClosureTest, OnePlatformComesWithWhatIsAboutIt) {
  std::unique_ptr<oci::ImageReader> from = reader();
  Closure one = value(closure(*from, index_, {.platform = amd64_.platform}));
  EXPECT_EQ(one.root.digest, amd64_.digest);
  EXPECT_THAT(digests(one),
              ::testing::UnorderedElementsAre(amd64_.digest, attestation_.digest,
                                              about_amd64_.digest, about_sbom_.digest));
  Result<Closure> none =
      closure(*from, index_, {.platform = model::Platform{"linux", "s390x", ""}});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::not_found);
  EXPECT_THAT(none.error().hint, ::testing::HasSubstr("linux/arm64"));
}

TEST_F(ClosureTest, EvidenceCanBeLeftOut) {
  std::unique_ptr<oci::ImageReader> from = reader();
  Closure image = value(closure(*from, index_, {.evidence = false}));
  EXPECT_THAT(digests(image), ::testing::UnorderedElementsAre(amd64_.digest, arm64_.digest,
                                                              attestation_.digest, index_.digest));
  EXPECT_EQ(image.evidence_count(), 0U);
}

TEST_F(ClosureTest, APartOfTheImageThatIsMissingIsAnError) {
  std::unique_ptr<oci::ImageReader> from = reader();
  std::filesystem::remove(place_.path() / "layout/blobs/sha256" / arm64_.digest.hex());
  Result<Closure> broken = closure(*from, index_);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, ErrorCode::not_found);
}

// Says whatever a hostile registry might.
class LyingReader final : public oci::ImageReader {
 public:
  LyingReader(const oci::ImageReader& honest, std::vector<oci::Descriptor> referrers)
      : honest_(honest), referrers_(std::move(referrers)) {
    index_ = honest.index();
  }
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) const override {
    return subject == index_.manifests.front().digest ? referrers_ : std::vector<oci::Descriptor>{};
  }

 protected:
  Result<std::unique_ptr<Source>> open_stored(const oci::Descriptor& descriptor) const override {
    return honest_.open(descriptor);
  }

 private:
  const oci::ImageReader& honest_;
  std::vector<oci::Descriptor> referrers_;
};

TEST_F(ClosureTest, RefusesWhatIsListedAboutAnotherSubject) {
  std::unique_ptr<oci::ImageReader> honest = reader();
  Result<Closure> lied = closure(LyingReader(*honest, {about_amd64_}), index_);
  ASSERT_FALSE(lied);
  EXPECT_EQ(lied.error().code, ErrorCode::unverified);
}

TEST_F(ClosureTest, NotesEvidenceThatIsListedAndNotThere) {
  std::unique_ptr<oci::ImageReader> honest = reader();
  oci::Descriptor gone = oci::describe(oci::k_manifest_type, "gone");
  Closure rest = value(closure(LyingReader(*honest, {gone, about_index_}), index_));
  EXPECT_THAT(rest.missing, ::testing::ElementsAre(gone.digest));
  EXPECT_THAT(digests(rest), ::testing::Contains(about_index_.digest));
}

TEST_F(ClosureTest, RootsAreTheImagesAlone) {
  content_.list(arm64_, "arm");
  content_.list(index_, "2");
  std::unique_ptr<oci::ImageReader> from = reader();
  std::vector<Root> all = value(roots(*from));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_THAT(all[0].tags, ::testing::ElementsAre("1", "2"));
  EXPECT_EQ(value(find_root(*from, "arm")).descriptor.digest, arm64_.digest);
  EXPECT_EQ(value(find_root(*from, index_.digest.str())).descriptor.digest, index_.digest);
  EXPECT_FALSE(find_root(*from, ""));
  EXPECT_FALSE(find_root(*from, "other"));
  EXPECT_EQ(value(oci::list_images(*from)).size(), 5U);  // two for each tag of the index
}

// The layout's image stays the index without attestations, until somebody asks for the other.
TEST_F(ClosureTest, AnIndexThatAddsAttestationsIsEvidenceOfTheOtherUntilItIsTaken) {
  oci::Descriptor attested = add_attested_index();
  auto layout = reader();
  EXPECT_EQ(value(find_root(*layout, "")).descriptor.digest, index_.digest);
  EXPECT_EQ(value(oci::list_images(*layout)).size(), 2U);
  Closure all = value(closure(*layout, index_));
  EXPECT_TRUE(all.node(attested.digest).is_evidence);
  ASSERT_OK(all.take_attested_index());
  EXPECT_EQ(all.root.digest, attested.digest);
  EXPECT_FALSE(all.node(attested.digest).is_evidence);
  EXPECT_EQ(all.node(index_.digest).subject, std::nullopt);
}

TEST_F(ClosureTest, AnIndexThatAddsAttestationsBringsTheOtherWithItsEvidence) {
  oci::Descriptor attested = add_attested_index();
  Closure all = value(closure(*reader(), attested));
  EXPECT_EQ(all.root.digest, attested.digest);
  EXPECT_TRUE(all.node(index_.digest).is_evidence);
  EXPECT_TRUE(all.node(about_index_.digest).is_evidence);
  EXPECT_LT(all.node(index_.digest).rank, all.node(attested.digest).rank);
}

TEST_F(ClosureTest, ARegistryGetsTheEvidenceOfTheIndexThatItsTagsName) {
  oci::Descriptor attested = add_attested_index();
  oci::Descriptor about_attested =
      attach(attested, "signature of the index with attestations", {{oci::k_replacement, "ours"}});
  oci::Descriptor of_both = attach(index_, "by the signer of both", {{oci::k_replaceable, "ours"}});
  // Who signed both elsewhere, and has signed only the first of these.
  oci::Descriptor of_another = attach(index_, "by another", {{oci::k_replaceable, "theirs"}});

  Closure own = value(closure(*reader(), index_));
  size_t all = own.manifests.size();
  ASSERT_OK(keep_evidence_of_root(own));
  EXPECT_THAT(digests(own), Not(AnyOf(Contains(attested.digest), Contains(about_attested.digest))));
  EXPECT_THAT(digests(own), AllOf(Contains(of_both.digest), Contains(of_another.digest),
                                  Contains(attestation_.digest)));
  EXPECT_EQ(own.manifests.size(), all - 3);  // and the attestation manifest of one platform

  Closure other = value(closure(*reader(), index_));
  ASSERT_OK(other.take_attested_index());
  ASSERT_OK(keep_evidence_of_root(other));
  EXPECT_THAT(digests(other), Not(Contains(of_both.digest)));
  EXPECT_THAT(digests(other), AllOf(Contains(index_.digest), Contains(about_index_.digest),
                                    Contains(of_another.digest), Contains(about_attested.digest)));
  EXPECT_EQ(other.manifests.size(), all - 1);
}

// Anybody who may write to the repository can put such an index there.
TEST_F(ClosureTest, AnIndexOfOtherImagesIsNotTakenForTheOneWithAttestations) {
  oci::Descriptor evil = add_image("s390x");
  for (bool is_disguised : {false, true}) {
    evil.platform = amd64_.platform;
    if (is_disguised) evil.annotations = {{"vnd.docker.reference.type", "attestation-manifest"}};
    oci::Index other;
    other.manifests = {amd64_, arm64_, evil};
    other.subject = plain(index_);
    content_.list(content_.add(oci::k_index_type, oci::encode(other)));
  }
  Closure all = value(closure(*reader(), index_));
  EXPECT_FALSE(all.take_attested_index());
  EXPECT_EQ(all.root.digest, index_.digest);
}

TEST_F(ClosureTest, WhateverLiesBesideItTheImageStaysWhole) {
  oci::Descriptor signature = attach(index_, "by somebody");
  oci::Index hostile;
  hostile.manifests = {plain(index_), amd64_, arm64_, signature};
  hostile.subject = plain(index_);
  content_.list(content_.add(oci::k_index_type, oci::encode(hostile)));
  Closure all = value(closure(*reader(), index_));
  ASSERT_OK(keep_evidence_of_root(all));
  for (const oci::Descriptor& part : {index_, amd64_, arm64_, signature})
    EXPECT_THAT(digests(all), Contains(part.digest));
}

TEST_F(ClosureTest, WithoutAnIndexThatAddsAttestationsThereIsNoneToTake) {
  Closure all = value(closure(*reader(), index_));
  Result<> taken = all.take_attested_index();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::not_found);
  EXPECT_THAT(taken.error().hint, ::testing::HasSubstr("buildkit-attestations"));
}

}  // namespace
}  // namespace kiln::publish
