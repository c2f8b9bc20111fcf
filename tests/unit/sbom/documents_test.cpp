// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/documents.hpp"

#include "codec/tar.hpp"
#include "data/json.hpp"
#include "evidence/sbom/check.hpp"
#include "evidence/sbom/missing.hpp"
#include "evidence/sbom/package_hashes.hpp"
#include "sample_document.hpp"
#include "support/test_world.hpp"

#include <gmock/gmock.h>

namespace kiln::sbom {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Format k_readable[] = {Format::spdx_2_3, Format::spdx_3_0_1, Format::cyclonedx_1_6,
                                 Format::cyclonedx_1_7};

TEST(Documents, AreTheirOwnCanonicalForm) {
  for (Format format : k_formats) {
    std::string text = write(sample_document(), format);
    Json json = testing::value(parse_json(text));
    EXPECT_EQ(canonical(json), text) << str(format);
    EXPECT_EQ(write(sample_document(), format), text);
    EXPECT_EQ(parse_format(str(format)), format);
  }
}

TEST(Documents, SayWhereADefinitionMadeAFileAndWhatChangedIt) {
  for (Format format : k_formats)
    EXPECT_THAT(write(sample_document(), format),
                HasSubstr("definition paths[0] at image/sample/debian-13/1.yaml:9:5; modified by "
                          "effect identities"))
        << str(format);
}

TEST(Documents, KeepTheTextsOfLicencesWithoutAnIdentifier) {
  for (Format format : k_formats)
    EXPECT_THAT(write(sample_document(), format), HasSubstr("Do as you like.")) << str(format);
}

TEST(Documents, HaveWhatTrivyAndGrypeLookFor) {
  EXPECT_THAT(write(sample_document(), Format::spdx_2_3),
              HasSubstr(R"("sourceInfo":"built package from: zlib 1:1.3-1")"));
  std::string cyclonedx = write(sample_document(), Format::cyclonedx_1_6);
  for (const char* property : {R"("name":"aquasecurity:trivy:SrcEpoch","value":"1")",
                               R"("name":"aquasecurity:trivy:SrcVersion","value":"1.3")",
                               R"("name":"aquasecurity:trivy:SrcRelease","value":"1")",
                               R"("name":"syft:distro:versionID","value":"13")"})
    EXPECT_THAT(cyclonedx, HasSubstr(property));
}

TEST(Documents, DoNotOfferSourcePackagesAsInstalledOnes) {
  EXPECT_THAT(write(sample_document(), Format::spdx_2_3), Not(HasSubstr("arch=source")));
  Json json = testing::value(parse_json(write(sample_document(), Format::cyclonedx_1_6)));
  EXPECT_EQ(json.find("components")->as_array().size(), 3U);
}

TEST(Documents, SayOfASourceWhatTheCopyrightFileOfItsPackagesSays) {
  std::string text = write(sample_document(), Format::spdx_2_3);
  Json json = testing::value(parse_json(text));
  const Json* glibc = nullptr;
  for (const Json& package : json.find("packages")->as_array())
    if (package.find("name")->as_string() == "glibc") glibc = &package;
  ASSERT_NE(glibc, nullptr);
  EXPECT_EQ(glibc->find("licenseConcluded")->as_string(), "LGPL-2.1-or-later AND LicenseRef-x-1");
  EXPECT_EQ(glibc->find("copyrightText")->as_string(), "1995 Somebody");
}

TEST(Documents, NameTheCommitOfASourceInVersionControl) {
  Document document = sample_document();
  document.sources[0].url = "git+https://git.example/aports.git@0a1b#main/glibc";
  EXPECT_THAT(write(document, Format::spdx_2_3),
              HasSubstr("vcs_url=git%2Bhttps://git.example/aports.git%400a1b%23main/glibc"));
  EXPECT_THAT(
      write(document, Format::cyclonedx_1_6),
      HasSubstr(R"({"type":"vcs","url":"git+https://git.example/aports.git@0a1b#main/glibc"})"));
}

TEST(Documents, AreFreeToUseThemselves) {
  for (Format format : k_formats)
    EXPECT_THAT(write(sample_document(), format), HasSubstr("CC0-1.0")) << str(format);
}

TEST(Documents, CountWhatIsNotKnown) {
  std::vector<FieldCount> rows = count_missing(sample_document());
  auto row = std::ranges::find(rows, "concluded licence", &FieldCount::field);
  ASSERT_NE(row, rows.end());
  EXPECT_EQ(row->missing, 1U);
  EXPECT_EQ(row->of, 2U);
  EXPECT_THAT(without_licence(sample_document()), ElementsAre("zlib1g"));
}

TEST(Documents, AreRememberedByAllThatTheyAreMadeFrom) {
  testing::TestWorld world;
  size_t made = 0;
  auto make = [&]() -> Result<Document> {
    ++made;
    return sample_document();
  };
  auto first = testing::value(documents(sha256("a"), k_formats, world, make));
  EXPECT_EQ(testing::value(documents(sha256("a"), k_formats, world, make)), first);
  EXPECT_EQ(made, 1U);
  for (const WrittenDocument& document : first) EXPECT_EQ(document.digest, sha256(document.text));
  testing::value(documents(sha256("b"), k_formats, world, make));
  EXPECT_EQ(made, 2U);
}

TEST(PackageHashes, ReadBackAndRefuseDamage) {
  PackageHashes hashes{sha512_hex("x"), {{0, sha1_of("a")}, {512, sha1_of("b")}}};
  std::string record = to_record(hashes);
  EXPECT_EQ(testing::value(hashes_from_record(record)), hashes);
  EXPECT_EQ(*hashes.find(512), sha1_of("b"));
  EXPECT_EQ(hashes.find(1), nullptr);
  for (size_t size = 0; size < record.size(); ++size)
    EXPECT_FALSE(hashes_from_record(record.substr(0, size)));
}

// --- the check -----------------------------------------------------------------------------------

// An image with the files of the sample, whose database lists its packages.
image::ImageView sample_view() {
  image::ImageView view;
  view.image.descriptor.digest = sha256("manifest");
  for (const Package& package : sample_document().packages)
    view.packages.push_back({package.name, package.version, package.architecture, "", "", "dpkg"});
  MemorySink tar;
  TarWriter writer(tar);
  for (auto [path, content] :
       {std::pair("etc/passwd", "root"), std::pair("usr/lib/libz.so.1.3", "elf")}) {
    TarEntry file;
    file.path = path;
    file.size = std::string_view(content).size();
    testing::value(writer.add(file, content));
  }
  TarEntry link;
  link.path = "usr/lib/libz.so.1";
  link.type = TarType::symlink;
  link.link = "libz.so.1.3";
  testing::value(writer.add(link));
  testing::value(writer.finish());
  MemorySource source(tar.bytes());
  testing::value(view.tree.apply(source));
  return view;
}

std::vector<std::string> differences(const std::string& document) {
  std::vector<std::string> list;
  Claims claims = testing::value(read_claims(document));
  for (const Difference& difference : check(claims, sample_view())) list.push_back(str(difference));
  return list;
}

TEST(Check, FindsNothingWhenDocumentAndImageAgree) {
  for (Format format : k_readable)
    EXPECT_THAT(differences(write(sample_document(), format)), IsEmpty()) << str(format);
}

TEST(Check, FindsOmittedInventedAndChangedFiles) {
  for (Format format : k_readable) {
    Document document = sample_document();
    document.files[0].sha256 = sha256("other");
    document.files[1].path = "usr/lib/libq.so.1";
    EXPECT_THAT(differences(write(document, format)),
                ElementsAre("/etc/passwd has another hash in the bill of materials",
                            "the image has /usr/lib/libz.so.1, the bill of materials does not",
                            "the bill of materials has /usr/lib/libq.so.1, the image does not"));
  }
}

TEST(Check, FindsALinkThatLeadsElsewhere) {
  Document document = sample_document();
  document.files[1].sha256 = sha256("libz.so.9");
  EXPECT_THAT(differences(write(document, Format::spdx_2_3)),
              ElementsAre("/usr/lib/libz.so.1 has another hash in the bill of materials"));
}

TEST(Check, FindsOtherPackagesAndOtherImages) {
  for (Format format : k_readable) {
    Document document = sample_document();
    document.image.digest = sha256("another");
    document.packages[0].version = "2.41-13";
    EXPECT_EQ(differences(write(document, format)).size(), 3U) << str(format);
  }
}

// `from` stands in the document once for each time that it says it.
std::string replaced(std::string text, const std::string& from, const std::string& to) {
  EXPECT_THAT(text, HasSubstr(from));
  for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

TEST(Check, FindsAPackageThatIsCalledOtherwiseThanItsPurlSays) {
  const Package package = sample_document().packages[0];
  for (Format format : k_readable) {
    std::string version = format == Format::spdx_2_3     ? "versionInfo"
                          : format == Format::spdx_3_0_1 ? "software_packageVersion"
                                                         : "version";
    std::string said = fmt::format("\"{}\":\"{}\"", version, package.version);
    std::string document =
        replaced(write(sample_document(), format), said, fmt::format("\"{}\":\"9.9\"", version));
    EXPECT_THAT(differences(document),
                Contains(fmt::format("the bill of materials calls a package {} 9.9, and its purl "
                                     "says otherwise",
                                     package.name)))
        << str(format);
  }
}

TEST(Check, FindsAPackageWhateverItIsCalledBeside) {
  std::map<Format, std::pair<std::string, std::string>> renamed = {
      {Format::spdx_2_3,
       {R"("primaryPackagePurpose":"OTHER")", R"("primaryPackagePurpose":"SOURCE")"}},
      {Format::spdx_3_0_1,
       {R"("software_primaryPurpose":"other")", R"("software_primaryPurpose":"source")"}},
      {Format::cyclonedx_1_6, {R"("type":"library")", R"("type":"file")"}},
      {Format::cyclonedx_1_7, {R"("type":"library")", R"("type":"file")"}}};
  for (const auto& [format, words] : renamed) {
    std::string document = replaced(write(sample_document(), format), words.first, words.second);
    EXPECT_THAT(differences(document), IsEmpty()) << str(format);
    EXPECT_EQ(testing::value(read_claims(document)).packages.size(), 2U) << str(format);
  }
}

TEST(Check, FindsWhatKilnWouldNotHaveListed) {
  std::map<Format, std::pair<std::string, std::string>> added = {
      {Format::spdx_2_3,
       {R"("packages":[)",
        R"("packages":[{"SPDXID":"SPDXRef-x","name":"left-pad","versionInfo":"1.3","externalRefs":[
        {"referenceType":"purl","referenceLocator":"pkg:npm/left-pad@1.3"}]},)"}},
      {Format::spdx_3_0_1,
       {R"("@graph":[)", R"("@graph":[{"type":"software_Package","spdxId":"x","name":"left-pad",
        "software_packageVersion":"1.3","software_packageUrl":"pkg:npm/left-pad@1.3"},)"}},
      {Format::cyclonedx_1_6,
       {R"("components":[)", R"("components":[{"type":"library","name":"left-pad","version":"1.3",
        "purl":"pkg:npm/left-pad@1.3"},)"}}};
  added[Format::cyclonedx_1_7] = added[Format::cyclonedx_1_6];
  for (Format format : k_readable) {
    auto& [from, to] = added[format];
    std::string text = write(sample_document(), format);
    size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, from.size(), to);
    EXPECT_THAT(differences(text),
                ElementsAre("the bill of materials has left-pad 1.3, the image does not"))
        << str(format);
    // Another tool looks for more than packages of the distribution.
    if (format == Format::spdx_2_3 || format == Format::spdx_3_0_1) {
      EXPECT_THAT(differences(replaced(text, "kiln-", "other-")), IsEmpty()) << str(format);
    }
    EXPECT_THAT(testing::value(read_claims(text)).others, ElementsAre("left-pad 1.3"));
  }
}

TEST(Check, RefusesDocumentsThatListAFileTwiceOrWithoutHash) {
  Document twice = sample_document();
  twice.files[1].path = twice.files[0].path;
  for (Format format : k_readable) EXPECT_FALSE(read_claims(write(twice, format)));
  for (const char* text : {"", "[]", "{}", R"({"spdxVersion":"SPDX-2.2"})",
                           R"({"bomFormat":"CycloneDX","specVersion":"1.4"})",
                           R"({"spdxVersion":"SPDX-2.3","documentDescribes":["a"],"files":[{}]})",
                           R"({"@graph":{}})", R"({"@graph":[]})", R"({"@graph":[1]})",
                           R"({"@graph":[{"type":"CreationInfo","specVersion":"3.0.0"}]})",
                           R"({"@graph":[{"type":"CreationInfo","specVersion":"3.0.1"},
                              {"type":"software_Sbom","rootElement":["a","b"]}]})",
                           R"({"@graph":[{"type":"CreationInfo","specVersion":"3.0.1"},
                              {"type":"software_Sbom","rootElement":["a"]}]})"})
    EXPECT_FALSE(read_claims(text)) << text;
}

TEST(Check, RefusesOrTakesEveryTruncatedDocument) {
  for (Format format : k_readable) {
    std::string text = write(sample_document(), format);
    for (size_t size = 0; size < text.size(); size += 7)
      EXPECT_FALSE(read_claims(std::string_view(text).substr(0, size)));
  }
}

}  // namespace
}  // namespace kiln::sbom
