// SPDX-License-Identifier: Apache-2.0
#include "evidence/sbom/inventory.hpp"

#include "distributions/distributions.hpp"
#include "evidence/sbom/links.hpp"
#include "evidence/sbom/purl.hpp"
#include "evidence/sbom/utf8_text.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>

namespace kiln::sbom {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

// The files of an image with one database.
class OneFile final : public packages::ImageFiles {
 public:
  OneFile(std::string path, std::string text) : path_(std::move(path)), text_(std::move(text)) {}
  const std::string* bytes(std::string_view path) const override {
    return path == path_ ? &text_ : nullptr;
  }
  std::vector<std::string> below(std::string_view) const override { return {}; }

 private:
  std::string path_;
  std::string text_;
};

std::vector<Listed> listed_in(std::string_view distribution, const OneFile& file) {
  const packages::Distribution& rules = distribution_named(distribution);
  std::vector<Listed> list;
  for (packages::Description& one : testing::value(rules.installed(file)))
    list.push_back(listed_from(std::move(one), rules));
  return list;
}

Listed listed(std::string_view control) {
  return listed_in("debian", {"var/lib/dpkg/status", std::string(control)}).at(0);
}

TEST(Inventory, FindsDependenciesAmongWhatIsInstalled) {
  Document document;
  put_packages(document, {listed("Package: app\nVersion: 1\nArchitecture: amd64\n"
                                 "Depends: missing | mta, libc6 (>= 2), libc6 (<< 1)\n"),
                          listed("Package: exim\nVersion: 4\nArchitecture: amd64\n"
                                 "Provides: mta\nSource: exim4 (4.1)\n"),
                          listed("Package: libc6\nVersion: 2.41\nArchitecture: amd64\n")});
  ASSERT_EQ(document.packages.size(), 3U);
  EXPECT_THAT(document.packages[0].depends, ElementsAre(1, 2));
  EXPECT_THAT(document.packages[1].depends, IsEmpty());
  const Source& source = document.sources[document.packages[1].source];
  EXPECT_EQ(source.name + " " + source.version, "exim4 4.1");
}

TEST(Inventory, TellsPeopleFromTeams) {
  Party person = parse_party("Ann Author <ann@example.org>");
  EXPECT_EQ(person.name, "Ann Author");
  EXPECT_EQ(person.email, "ann@example.org");
  EXPECT_FALSE(person.organization);
  EXPECT_TRUE(parse_party("Debian GCC Maintainers <gcc@lists.debian.org>").organization);
  EXPECT_EQ(parse_party("https://example.org").name, "https://example.org");
  EXPECT_EQ(parse_party("").name, "");
}

TEST(Inventory, ReadsApksDatabase) {
  std::vector<Listed> list = listed_in(
      "alpine", {"lib/apk/db/installed",
                 "P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\no:musl\np:so:libc.musl-x86_64.so.1=1\n\n"
                 "P:ssl\nV:3-r1\nA:x86_64\nL:Apache-2.0 AND "
                 "Odd\no:openssl\nD:so:libc.musl-x86_64.so.1 !x\n"});
  Document document;
  put_packages(document, std::move(list));
  ASSERT_EQ(document.packages.size(), 2U);
  EXPECT_EQ(document.packages[0].licences.declared, "MIT");
  EXPECT_THAT(document.packages[1].licences.declared,
              MatchesRegex("Apache-2.0 AND LicenseRef-Odd-[0-9a-f]{8}"));
  EXPECT_EQ(document.packages[1].licences.concluded, "");
  EXPECT_THAT(document.packages[1].depends, ElementsAre(0));
}

// What an .apk declares, and the one text that is kept for it.
std::pair<std::string, std::string> declared(const std::string& field) {
  Document document;
  put_packages(document, listed_in("alpine", {"lib/apk/db/installed",
                                              "P:a\nV:1-r0\nA:x86_64\nL:" + field + "\no:a\n\n"}));
  EXPECT_LE(document.texts.size(), 1U);
  return {document.packages.at(0).licences.declared,
          document.texts.empty() ? std::string() : document.texts.begin()->second.text};
}

TEST(Inventory, KeepsTheWordsOfLicencesThatSpdxDoesNotKnow) {
  auto [wget, text] = declared("GPL-3.0-or-later WITH OpenSSL-Exception");
  EXPECT_THAT(wget, MatchesRegex("LicenseRef-GPL-3.0-or-later-WITH-OpenSSL-Exception-[0-9a-f]{8}"));
  EXPECT_THAT(text, HasSubstr("\"GPL-3.0-or-later WITH OpenSSL-Exception\""));
  EXPECT_THAT(declared("(MIT OR Public Domain) AND ISC").first,
              MatchesRegex("\\(MIT OR LicenseRef-Public-Domain-[0-9a-f]{8}\\) AND ISC"));
  EXPECT_THAT(declared("LicenseRef-own").first, MatchesRegex("LicenseRef-own-[0-9a-f]{8}"));
}

TEST(Inventory, ReadsNamesThatBlanksSeparate) {
  EXPECT_EQ(declared("MIT ISC").first, "MIT AND ISC");
  EXPECT_EQ(declared("GPL-2.0-only WITH Linux-syscall-note").first,
            "GPL-2.0-only WITH Linux-syscall-note");
  EXPECT_EQ(declared("").first, "");
}

TEST(Purls, AreThoseThatScannersMake) {
  Document document;
  document.system.id = "debian";
  document.system.version = "13";
  put_packages(document,
               {listed("Package: libc6\nVersion: 2.41-12\nArchitecture: amd64\nSource: glibc\n"),
                listed("Package: libstdc++6\nVersion: 14-1+b1\nArchitecture: amd64\n"
                       "Source: gcc-14 (14-1)\n"),
                listed("Package: zlib1g\nVersion: 1:1.3+dfsg~1\nArchitecture: all\n")});
  auto purl = [&](size_t i) { return purl_of(document.packages[i], document); };
  EXPECT_EQ(purl(0), "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=debian-13&upstream=glibc");
  EXPECT_EQ(purl(1),
            "pkg:deb/debian/libstdc%2B%2B6@14-1%2Bb1?arch=amd64&distro=debian-13&"
            "upstream=gcc-14%4014-1");
  EXPECT_EQ(purl(2), "pkg:deb/debian/zlib1g@1:1.3%2Bdfsg~1?arch=all&distro=debian-13");
  EXPECT_EQ(purl_of(document.sources[0], document),
            "pkg:deb/debian/gcc-14@14-1?arch=source&distro=debian-13");
}

TEST(Purls, ReadBack) {
  PurlParts parts = testing::value(
      parse_purl("pkg:deb/debian/libstdc%2B%2B6@14-1%2Bb1?arch=amd64&upstream=gcc-14%4014-1#x/y"));
  EXPECT_EQ(parts.type + "|" + parts.space + "|" + parts.name + "|" + parts.version,
            "deb|debian|libstdc++6|14-1+b1");
  EXPECT_EQ(parts.qualifiers["upstream"], "gcc-14@14-1");
  for (const char* bad : {"", "pkg:", "pkg:deb/", "http://x", "pkg:deb/a@%zz", "pkg:deb/a@%2"})
    EXPECT_FALSE(parse_purl(bad)) << bad;
}

TEST(Links, AreFollowedInsideTheRoot) {
  auto text = [](std::string_view path) -> std::optional<std::string> {
    if (path == "usr/share/doc/a") return "../doc/b";
    if (path == "abs") return "/etc/x";
    if (path == "loop") return "loop";
    return std::nullopt;
  };
  EXPECT_EQ(follow_links("usr/share/doc/a/copyright", text), "usr/share/doc/b/copyright");
  EXPECT_EQ(follow_links("abs/y", text), "etc/x/y");
  EXPECT_EQ(follow_links("loop", text), std::nullopt);
}

TEST(Texts, OfForeignBytesAreUtf8) {
  EXPECT_EQ(text_of("J\xe9r\xc3\xb4me\x01\n"), "J\xc3\xa9r\xc3\xb4me\n");
  EXPECT_EQ(path_text("a\xff\nb"), "a\\xff\\x0ab");
  EXPECT_EQ(path_text("a\\xff"), "a\\x5cxff") << "another file's path";
  EXPECT_EQ(path_text("J\xc3\xb4\\n"), "J\xc3\xb4\\n");
}

}  // namespace
}  // namespace kiln::sbom
