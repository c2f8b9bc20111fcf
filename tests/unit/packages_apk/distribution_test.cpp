// SPDX-License-Identifier: Apache-2.0
#include "packages/apk/distribution.hpp"

#include "packages/apk/keys.hpp"
#include "support/apk_repository.hpp"
#include "support/shared_data.hpp"
#include "support/test_world.hpp"

#include <gmock/gmock.h>

namespace kiln::packages::apk {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TestWorld;
using testing::value;

std::string a_key() {
  return embedded_keys().front().pem;
}

ArchiveRequest request_for(std::vector<std::string> repositories) {
  ArchiveRequest request;
  request.release = "3.23";
  request.repositories = std::move(repositories);
  return request;
}

TEST(Alpine, NamesMachinesAsItsRepositoriesDo) {
  auto name = [](std::string_view platform) {
    return value(alpine().architecture(value(model::Platform::parse(platform))));
  };
  EXPECT_EQ(name("linux/amd64"), "x86_64");
  EXPECT_EQ(name("linux/arm64"), "aarch64");
  EXPECT_EQ(name("linux/arm/v6"), "armhf");
  EXPECT_EQ(name("linux/386"), "x86");
  auto none = alpine().architecture(value(model::Platform::parse("linux/mips64le")));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "Alpine has no packages for linux/mips64le");
  EXPECT_EQ(none.error().hint,
            "it has them for linux/amd64, linux/arm64, linux/arm/v7, linux/ppc64le, linux/riscv64, "
            "linux/s390x, linux/386");
}

TEST(Alpine, HasMainAndCommunityWhereADefinitionNamesNoRepository) {
  EXPECT_THAT(alpine().default_repositories("3.23"),
              ElementsAre("https://dl-cdn.alpinelinux.org/alpine/v3.23/main",
                          "https://dl-cdn.alpinelinux.org/alpine/v3.23/community"));
  EXPECT_THAT(alpine().default_repositories("edge"),
              ElementsAre("https://dl-cdn.alpinelinux.org/alpine/edge/main",
                          "https://dl-cdn.alpinelinux.org/alpine/edge/community"));
}

TEST(Alpine, RefusesWhatIsNoRepository) {
  auto no_url = alpine().archives(request_for({"deb http://deb.debian.org/debian trixie main"}));
  ASSERT_FALSE(no_url);
  EXPECT_THAT(no_url.error().message, HasSubstr("is not an Alpine repository"));
  auto none = alpine().archives(request_for({}));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "no repository is left to take Alpine packages from");
}

TEST(Alpine, AsksMirrorsOfItsOwnArchiveAlone) {
  ArchiveRequest request = request_for({"https://dl-cdn.alpinelinux.org/alpine/v3.23/main",
                                        "@own https://example.org/alpine/v3.23/main"});
  request.mirrors["dl-cdn.alpinelinux.org/alpine"] = {"http://mirror.example.net/alpine/"};
  std::string key = value(alpine().archives(request))->key();
  EXPECT_THAT(key, HasSubstr("http://mirror.example.net/alpine/v3.23/main"));
  EXPECT_THAT(key, HasSubstr("https://example.org/alpine/v3.23/main"));
  EXPECT_EQ(key.find("mirror.example.net"), key.rfind("mirror.example.net"));
}

TEST(Alpine, KeysAreKnownByTheirFileNames) {
  ArchiveRequest request = request_for({"https://example.org/alpine/v3.23/main"});
  request.keyring = {{"https://example.org/keys/dhi%40x.rsa.pub?a=b", a_key()}};
  request.trusted_keys = {{"/etc/kiln/mine.rsa.pub", a_key()},
                          {"/etc/kiln/debian.gpg", "-----BEGIN PGP PUBLIC KEY BLOCK-----"}};
  std::string key = value(alpine().archives(request))->key();
  EXPECT_THAT(key, HasSubstr("\ndhi%40x.rsa.pub|"));
  EXPECT_THAT(key, HasSubstr("\nmine.rsa.pub|"));
  EXPECT_THAT(key, Not(HasSubstr("debian.gpg")));
  for (const NamedKey& own : embedded_keys()) EXPECT_THAT(key, HasSubstr(own.name));
}

TEST(Alpine, ADevImageKeepsTheRepositoriesThatItCanReach) {
  std::vector<std::string> entries = {"https://example.org/alpine/v3.23/main", "/srv/packages",
                                      "@edge http://example.org/alpine/edge/main"};
  std::vector<KeyFile> keys = {{"https://example.org/me.rsa.pub", a_key()}};
  PackageSources sources = value(alpine().sources_of_image(entries, keys, {}));
  EXPECT_THAT(sources.entries, ElementsAre(entries[0], entries[2]));
  EXPECT_THAT(sources.keys, ElementsAre(PackageSources::Key{"me.rsa.pub", a_key()}));
  entries = {"/srv/packages"};
  sources = value(alpine().sources_of_image(entries, keys, {}));
  EXPECT_THAT(sources.entries, IsEmpty());
  EXPECT_EQ(sources.keys.size(), 1U) << "for when the place is mounted into a container";
}

// Whoever has the image would have the key.
TEST(Alpine, APrivateKeyGoesIntoNoImage) {
  std::string secret = testing::RsaKey().private_pem();
  for (const std::string& bytes : {secret, a_key() + secret, std::string("name: x\n")}) {
    std::vector<KeyFile> keys = {{"my.key", bytes}};
    ArchiveRequest request = request_for({"https://example.org/alpine/v3.23/main"});
    request.keyring = keys;
    EXPECT_THAT(alpine().archives(request).error().message,
                HasSubstr("my.key is no RSA public key"));
    EXPECT_FALSE(alpine().sources_of_image({}, keys, {}));
    request.keyring = {};
    request.trusted_keys = keys;
    EXPECT_FALSE(alpine().archives(request));
  }
}

TEST(Alpine, KnowsWhenItsReleasesEnd) {
  EXPECT_EQ(format_rfc3339(alpine().end_of_life("3.19").value_or(0)), "2025-11-02T00:00:00Z");
  EXPECT_EQ(alpine().end_of_life("9.9"), std::nullopt);
}

// The whole way from a signed repository to digests of files that kept its promises.
TEST(Alpine, KnowsWhereInAportsASourceIsByTheArchiveAndTheCommit) {
  model::PackageId busybox{"busybox", "1.36.1-r20", {}};
  std::string there = "git+https://gitlab.alpinelinux.org/alpine/aports.git@0a1b#main/busybox";
  EXPECT_EQ(
      alpine().source_url("https://mirror.example/alpine/v3.19/main/x86_64/b.apk", busybox, "0a1b"),
      there);
  EXPECT_EQ(alpine().source_url("/srv/v3.19/main/x86_64/b.apk", busybox, ""), "");
  EXPECT_EQ(alpine().source_url("https://packages.example/os/x86_64/b.apk", busybox, "0a1b"), "");
}

TEST(Alpine, GivesTheDigestsOfRealPackages) {
  auto repository = testing::shared_file("alpine/iso");
  if (!repository) GTEST_SKIP() << "../shared/alpine is not here";
  TestWorld world;
  auto universe =
      value(value(alpine().archives(request_for({repository->string()})))->load({}, world));
  std::vector<CandidateId> found = universe->named("busybox");
  ASSERT_EQ(found.size(), 1U);
  std::vector<Digest> digests = value(universe->digests(found, world));
  Path file = *repository / "x86_64" / (alpine().file_name(universe->get(found[0]).id));
  EXPECT_EQ(digests.at(0), sha256(value(read_file(file))));
  EXPECT_EQ(value(alpine().unpack(universe->get(found[0]).id, digests[0], world))->id.name,
            "busybox");
  world.world().offline = true;
  EXPECT_EQ(value(universe->digests(found, world)), digests) << "remembered";
}

}  // namespace
}  // namespace kiln::packages::apk
