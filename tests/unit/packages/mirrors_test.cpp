// SPDX-License-Identifier: Apache-2.0
#include "packages/mirrors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::packages {
namespace {

using ::testing::ElementsAre;
using List = std::vector<std::string>;

const Mirrors k_mirrors{{"deb.debian.org/debian", {"http://a.example/debian/", "file:///srv/b"}},
                        {"dl-cdn.alpinelinux.org/alpine", {}}};

TEST(Mirrors, AreAskedInTheirOrderForWhatTheirArchiveHas) {
  EXPECT_THAT(
      with_mirrors(List{"https://deb.debian.org/debian/pool/h/h%2b.deb"}, k_mirrors),
      ElementsAre("http://a.example/debian/pool/h/h%2b.deb", "file:///srv/b/pool/h/h%2b.deb",
                  "https://deb.debian.org/debian/pool/h/h%2b.deb"));
  EXPECT_THAT(with_mirrors(List{"file:///srv/b/pool/h.deb"}, k_mirrors),
              ElementsAre("http://a.example/debian/pool/h.deb", "file:///srv/b/pool/h.deb"));
}

TEST(Mirrors, AreUsedInsteadOfTheArchiveWhereTheUrlsNameOneOfThem) {
  EXPECT_THAT(with_mirrors(List{"http://a.example/debian/pool/h.deb",
                                "http://deb.debian.org/debian/pool/h.deb"},
                           k_mirrors),
              ElementsAre("http://a.example/debian/pool/h.deb", "file:///srv/b/pool/h.deb"));
}

TEST(Mirrors, AreNotAskedForFilesOfOtherArchives) {
  for (const std::string url :
       {"https://dl-cdn.alpinelinux.org/alpine/v3.23/main/x86_64/h.apk",
        "http://deb.debian.org/debian-security/pool/h.deb", "http://a.example/debian2/h.deb",
        "http://a.example:81/debian/h.deb", "http://dhi.io/deb/h.deb", "no URL"}) {
    EXPECT_THAT(with_mirrors(List{url}, k_mirrors), ElementsAre(url));
    EXPECT_THAT(with_official(List{url}, k_mirrors), ElementsAre(url));
  }
}

TEST(Mirrors, KnowTheirArchive) {
  EXPECT_THAT(with_official(List{"http://a.example/debian/pool/h.deb", "file:///srv/b/pool/h.deb"},
                            k_mirrors),
              ElementsAre("http://a.example/debian/pool/h.deb", "file:///srv/b/pool/h.deb",
                          "http://deb.debian.org/debian/pool/h.deb"));
  Mirrors alpine{{"dl-cdn.alpinelinux.org/alpine", {"http://me:secret@a.example/alpine"}}};
  EXPECT_THAT(with_official(List{"http://a.example/alpine/v3.23/main/x86_64/h.apk"}, alpine),
              ElementsAre("http://a.example/alpine/v3.23/main/x86_64/h.apk",
                          "https://dl-cdn.alpinelinux.org/alpine/v3.23/main/x86_64/h.apk"));
}

}  // namespace
}  // namespace kiln::packages
