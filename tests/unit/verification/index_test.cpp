// SPDX-License-Identifier: Apache-2.0
//
// What an index holds besides the images that are judged: clients may run it.
#include "oci/media_types.hpp"
#include "signed_image.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::verification::tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::value;

// Platforms are signed; the index that a tag names is another one than was built.
class UnsignedIndex : public ::testing::Test {
 protected:
  UnsignedIndex() {
    image.sign(std::vector{signing::Form::bundle});
    PlainImage evil = plain_image("evil\n");
    for (const auto& [digest, blob] : evil.content.blobs())
      image.image.content.add_blob(digest, blob);
    stranger = evil.manifests[0];
  }

  // The verdict with this entry before the images.
  Answer verify_with(const oci::Descriptor& entry) {
    oci::Index index;
    index.manifests = {entry, image.image.manifests[0], image.image.manifests[1]};
    return verify_index(index);
  }
  Answer verify_index(const oci::Index& index, std::optional<model::Platform> platform = {}) {
    image.edit_layout = [index](oci::Content& content) {
      content.list(content.add(oci::k_index_type, oci::encode(index)), "tagged");
    };
    Policy policy = image.policy();
    policy.index_signature = Demand::if_present;
    policy.platform_signatures = Demand::required;
    return image.verify(policy,
                        {.selection = {.image = "tagged", .platform = std::move(platform)}});
  }

  SignedImage image;
  oci::Descriptor stranger;
};

TEST_F(UnsignedIndex, IsAcceptedWithImagesAndTheirAttestations) {
  oci::Index index;
  index.manifests = image.image.manifests;
  EXPECT_TRUE(verify_index(index).verdict.accepted());
  stranger.platform = model::Platform{"unknown", "unknown", ""};
  stranger.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                          {"vnd.docker.reference.digest", image.image.manifests[0].digest.str()}};
  Answer answer = verify_with(stranger);
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
}

TEST_F(UnsignedIndex, IsRefusedWithAnEntryThatClientsMayRun) {
  std::vector<std::pair<std::string, std::function<void(oci::Descriptor&)>>> disguises = {
      {"artifact type", [](auto& entry) { entry.artifact_type = "application/x.thing"; }},
      {"attestation of a real platform",
       [](auto& entry) {
         entry.annotations = {{"vnd.docker.reference.type", "attestation-manifest"}};
       }},
      {"attestation about nothing in the index",
       [&](auto& entry) {
         entry.platform = model::Platform{"unknown", "unknown", ""};
         entry.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                              {"vnd.docker.reference.digest", image.image.index.digest.str()}};
       }},
      {"media type with a parameter", [](auto& entry) { entry.media_type += "; charset=utf-8"; }},
      {"unknown media type", [](auto& entry) { entry.media_type = "application/x.manifest"; }}};
  for (const auto& [name, disguise] : disguises) {
    oci::Descriptor entry = stranger;
    disguise(entry);
    Answer answer = verify_with(entry);
    expect_refused("unsigned index with an entry disguised by its " + name, answer.verdict);
    EXPECT_THAT(
        complaints(answer.verdict),
        ElementsAre(StartsWith("failed index " + entry.digest.str() + ": neither an image")))
        << name;
  }
  expect_refused("unsigned index with an unsigned image", verify_with(stranger).verdict);
}

TEST_F(UnsignedIndex, IsRefusedWhenItLiesAboutAPlatform) {
  oci::Index index;
  index.manifests = image.image.manifests;
  std::swap(index.manifests[0].platform, index.manifests[1].platform);
  Answer answer = verify_index(index);
  expect_refused("unsigned index with platforms exchanged", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr("as linux/arm64, and its config says linux/amd64")));
  index.manifests = image.image.manifests;
  index.manifests[1].platform->variant = "v8";
  EXPECT_TRUE(verify_index(index).verdict.accepted()) << "arm64/v8 is arm64";
  // What clients take for the platform is judged, whatever its config says.
  const model::Platform arm64{"linux", "arm64", ""};
  EXPECT_TRUE(verify_index(index, arm64).verdict.accepted());
  stranger.platform = arm64;
  index.manifests.insert(index.manifests.begin(), stranger);
  answer = verify_index(index, arm64);
  expect_refused("unsigned index with an image of another platform", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr(stranger.digest.str() + " as linux/arm64")));
}

TEST(SignedIndex, UnderTwoNamesIsOneImage) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  const size_t passed = image.verify(image.policy()).verdict.count(Outcome::passed);
  image.edit_layout = [&](oci::Content& content) {
    std::string index = value(content.bytes(image.image.index.digest));
    content.untag("latest");
    content.add(oci::k_index_type, std::move(index));
    for (const char* name : {"a.example/app:1", "b.example/app:1"}) {
      oci::Descriptor entry = image.image.index;
      entry.annotations[std::string(oci::k_image_name)] = name;
      content.list(entry, "1");
    }
  };
  Answer answer = image.verify(image.policy());
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_EQ(answer.verdict.count(Outcome::passed), passed) << text(answer.verdict);
  EXPECT_THAT(answer.parts.names, ElementsAre("a.example/app:1", "b.example/app:1"));
}

TEST(SignedIndex, VouchesForWhateverIsInIt) {
  SignedImage image;
  oci::Index index;
  index.manifests = image.image.manifests;
  oci::Descriptor other = image.image.content.add("application/x.thing", "{}");
  index.manifests.push_back(other);
  image.image.content.untag("latest");
  image.image.index = image.image.content.add(oci::k_index_type, oci::encode(index));
  image.image.content.list(image.image.index, "signed");
  image.sign(std::vector{signing::Form::bundle});
  Answer answer = image.verify(image.policy(), {.selection = {.image = "signed", .platform = {}}});
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(StartsWith("index " + other.digest.str())));
}

// The bytes of a signature's manifest that a layout lists, gone or changed.
TEST(Layout, ThatListsEvidenceWhichIsDamagedIsRefused) {
  for (bool is_gone : {true, false}) {
    SignedImage image;
    image.sign(std::vector{signing::Form::bundle, signing::Form::simple_referrer});
    Path layout = image.write();
    const oci::Descriptor& listed = image.made.objects.front().descriptor;
    Path blob = layout / "blobs/sha256" / listed.digest.hex();
    std::string bytes = value(read_file(blob));
    std::filesystem::remove(blob);
    if (!is_gone) {
      ASSERT_OK(write_file(blob, std::string(bytes.size(), ' ')));
    }
    Policy policy = image.policy();
    std::unique_ptr<oci::ImageReader> reader = value(oci::open_image(layout));
    Answer answer = value(verification::verify({.reader = *reader,
                                                .selection = {},
                                                .policy = policy,
                                                .keys = {},
                                                .bundles = {},
                                                .image = "",
                                                .now = k_now}));
    expect_refused(is_gone ? "listed signature: gone" : "listed signature: other bytes",
                   answer.verdict);
    EXPECT_THAT(complaints(answer.verdict),
                Contains(::testing::AllOf(StartsWith("failed evidence image: "),
                                          HasSubstr(listed.digest.str()))));
  }
}

}  // namespace
}  // namespace kiln::verification::tests
