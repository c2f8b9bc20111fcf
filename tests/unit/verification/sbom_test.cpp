// SPDX-License-Identifier: Apache-2.0
//
// A bill of materials is right only when it names every file of the layers, and nothing else.
#include "evidence/sbom/make.hpp"
#include "evidence/sbom/write.hpp"
#include "signed_image.hpp"
#include "support/result_matchers.hpp"

#include <cctype>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace kiln::verification::tests {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using testing::value;

constexpr const char* k_spdx = "https://spdx.dev/Document";

class SbomTest : public ::testing::TestWithParam<sbom::Format> {
 protected:
  // Signs an image with the document of each platform, after `edit` has changed it.
  Answer verify_with(const std::function<void(sbom::Document&)>& edit) {
    std::vector<std::vector<signing::EncodedStatement>> statements(1);
    std::unique_ptr<oci::ImageReader> reader = value(oci::open_image(image.write()));
    for (const oci::ListedImage& listed : value(oci::list_images(*reader))) {
      image::ImageView view =
          value(image::inspect(*reader, listed, image::FileHashes::sha256_and_sha1));
      sbom::Document document = value(sbom::from_image(view, nullptr, {}, k_start));
      edit(document);
      statements.push_back(
          {signing::encode(std::string(sbom::predicate_type(GetParam())),
                           std::vector{signing::subject_of("example", listed.descriptor.digest)},
                           sbom::write(document, GetParam()))});
    }
    image.sign(std::vector{signing::Form::bundle}, statements);
    Policy policy = image.policy();
    policy.sbom = demand;
    policy.allowed_differences = allowed;
    return image.verify(policy);
  }

  SignedImage image;
  std::vector<std::string> allowed;
  Demand demand = Demand::required;
};

TEST_P(SbomTest, IsAcceptedWhenItNamesEveryFile) {
  Answer answer = verify_with([](sbom::Document&) {});
  EXPECT_THAT(complaints(answer.verdict), IsEmpty()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains(HasSubstr("0 packages and 1 file, the same as in the image")));
}

TEST_P(SbomTest, IsRefusedWhenItOmitsAFile) {
  Answer answer = verify_with([](sbom::Document& document) { document.files.clear(); });
  expect_refused("bill of materials omits a file", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr("the image has /hello.txt, the bill of materials does not")));
}

TEST_P(SbomTest, IsRefusedWhenItInventsAFile) {
  Answer answer = verify_with([](sbom::Document& document) {
    document.files.push_back(document.files[0]);
    document.files.back().path = "usr/bin/invented";
  });
  expect_refused("bill of materials invents a file", answer.verdict);
  EXPECT_THAT(
      complaints(answer.verdict),
      Contains(HasSubstr("the bill of materials has /usr/bin/invented, the image does not")));
}

TEST_P(SbomTest, IsRefusedWithAnotherHash) {
  Answer answer =
      verify_with([](sbom::Document& document) { document.files[0].sha256 = sha256("other"); });
  expect_refused("bill of materials has another hash", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr("/hello.txt has another hash in the bill of materials")));
}

TEST_P(SbomTest, IsRefusedWhenItIsAboutAnotherImage) {
  Answer answer =
      verify_with([](sbom::Document& document) { document.image.digest = sha256("other"); });
  expect_refused("bill of materials of another image", answer.verdict);
  EXPECT_THAT(complaints(answer.verdict), Contains(HasSubstr("the bill of materials is about")));
}

TEST_P(SbomTest, MayDifferWhereThePolicyAllowsIt) {
  allowed = {"hello.*"};
  Answer answer = verify_with([](sbom::Document& document) { document.files.clear(); });
  EXPECT_THAT(complaints(answer.verdict), IsEmpty()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::passed),
              Contains(HasSubstr("but for 1 difference that the policy allows")));
}

// Whatever Kiln wrote is compared, whether or not the policy demands it.
TEST_P(SbomTest, OfKilnIsComparedWithoutADemand) {
  demand = Demand::if_present;
  Answer answer = verify_with([](sbom::Document& document) { document.files.clear(); });
  EXPECT_THAT(complaints(answer.verdict),
              Contains(HasSubstr("the image has /hello.txt, the bill of materials does not")));
}

INSTANTIATE_TEST_SUITE_P(Formats, SbomTest, ::testing::ValuesIn(sbom::k_formats),
                         [](const auto& each) {
                           std::string name(sbom::str(each.param));
                           std::ranges::replace_if(
                               name, [](char c) { return !std::isalnum(c); }, '_');
                           return name;
                         });

TEST(Sbom, ThatIsNoneFulfilsNoDemandForOne) {
  for (const std::string type :
       {"https://spdx.dev/Document", "https://spdx.dev/Document/v3", "https://cyclonedx.org/bom"}) {
    SignedImage image;
    std::vector<std::vector<signing::EncodedStatement>> statements(1);
    for (const oci::Descriptor& manifest : image.image.manifests)
      statements.push_back({statement_about(manifest.digest, type)});
    image.sign(std::vector{signing::Form::bundle}, statements);
    Policy policy = image.policy();
    EXPECT_TRUE(image.verify(policy).verdict.accepted());
    policy.platform_statements = {type};
    Answer answer = image.verify(policy);
    EXPECT_THAT(complaints(answer.verdict),
                Contains(StartsWith("missing statement linux/amd64: no trusted signer says ")));
    EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
                Contains(HasSubstr("counts for nothing: it holds no document of that format")));
  }
}

TEST(Sbom, OfAnotherToolIsNotComparedUnlessDemanded) {
  SignedImage image;
  std::vector<std::vector<signing::EncodedStatement>> statements(1);
  for (const oci::Descriptor& manifest : image.image.manifests)
    statements.push_back(
        {statement_about(manifest.digest, k_spdx, Json::object({{"spdxVersion", "SPDX-2.3"}}))});
  image.sign(std::vector{signing::Form::bundle}, statements);
  Policy policy = image.policy();
  Answer answer = image.verify(policy);
  EXPECT_TRUE(answer.verdict.accepted()) << text(answer.verdict);
  EXPECT_THAT(lines(answer.verdict, Outcome::skipped),
              Contains(HasSubstr("not compared, since another tool than Kiln made it")));
  policy.sbom = Demand::required;
  EXPECT_FALSE(image.verify(policy).verdict.accepted());
}

TEST(Sbom, IsMissedWhenDemanded) {
  SignedImage image;
  image.sign(std::vector{signing::Form::bundle});
  Policy policy = image.policy();
  policy.sbom = Demand::required;
  EXPECT_THAT(complaints(image.verify(policy).verdict),
              ElementsAre("missing sbom linux/amd64: no trusted signer lists what is in it",
                          "missing sbom linux/arm64: no trusted signer lists what is in it"));
}

}  // namespace
}  // namespace kiln::verification::tests
