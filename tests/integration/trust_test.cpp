// SPDX-License-Identifier: Apache-2.0
//
// Every link of the chain from the archive's key to a package's bytes, broken once.
#include "debian.hpp"
#include "support/apk_repository.hpp"

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

constexpr int k_unverified = 3;
constexpr int k_unreachable = 4;

class Trust : public Debian {
 protected:
  // What a file of the archive is answered with from now on.
  void answer(const std::string& path, ServerResponse response) {
    server().on(path, [response](const ServerRequest&) { return response; });
  }
  std::string bytes_of(const std::string& path) { return value(read_file(www() / path.substr(1))); }
};

TEST_F(Trust, RefusesASignatureOfAnotherKey) {
  publish(other_key());
  expect_refused(k_unverified, "checking the signature of debian trixie");
}

TEST_F(Trust, AnotherDistributionsKeyAmongTheKeyringsIsNone) {
  value(write_file(place() / "alpine.rsa.pub", RsaKey().public_pem()));
  value(write_file(
      place() / "kiln.yaml",
      fmt::format("mirrors: [{}]\nsecurity-mirrors: [{}]\nkeyrings: [{}, {}]\n",
                  server().url("/debian"), server().url("/debian-security"),
                  (place() / "alpine.rsa.pub").string(), (place() / "key.asc").string())));
  Ended built = build();
  EXPECT_EQ(built.exit, 0) << built.errors;
}

TEST_F(Trust, RefusesAChangedReleaseFile) {
  Path release = www() / "debian/dists/trixie/InRelease";
  std::string text = value(read_file(release));
  text.replace(text.find("Label: Test"), 11, "Label: Tent");
  value(write_file(release, text));
  expect_refused(k_unverified, "checking the signature of debian trixie");
}

TEST_F(Trust, RefusesAnExpiredReleaseFile) {
  options().valid_until = SystemClock().now() - 60;
  publish();
  expect_refused(k_unverified, "has expired");
  EXPECT_THAT(build().errors, HasSubstr("the mirror is out of date, or the clock is wrong"));
}

// An archive of one suite in a directory of the server.
void publish_archive(const Path& directory, UnixTime date, const GpgKey& key) {
  DebRepository archive(directory, {.suite = "stable", .date = date});
  archive.add({.name = "extra", .version = "1.0"});
  archive.publish(key);
}

TEST_F(Trust, ArchivesOfOneHostAreNotTakenForOneThatWentBack) {
  UnixTime date = SystemClock().now() - 3600;
  publish_archive(www() / "proda", date, key());
  publish_archive(www() / "prodb", date - 60, key());
  auto ask = [&](const std::string& uri) {
    define(fmt::format("[extra]\n  repositories: ['deb {} stable main']", uri));
    return build();
  };
  for (std::string name : {"proda", "prodb", "proda"}) {
    Ended run = ask(server().url("/" + name));
    EXPECT_EQ(run.exit, 0) << run.errors;
    run = ask("file:" + (www() / name).string());
    EXPECT_EQ(run.exit, 0) << run.errors;
  }
  publish_archive(www() / "proda", date - 30, key());
  Ended run = ask(server().url("/proda/"));
  EXPECT_EQ(run.exit, k_unverified);
  EXPECT_THAT(run.errors, HasSubstr("was seen before"));
}

TEST_F(Trust, RefusesAReleaseFileOlderThanTheGreatestAge) {
  configure("greatest-age: 30m\n");
  expect_refused(k_unverified, "older than 30");
  expect_refused(k_unverified, "allow more by `greatest-age` of the configuration");
  configure("greatest-age: 2h\n");
  EXPECT_EQ(build().exit, 0);
}

TEST_F(Trust, RefusesToGoBackBehindWhatWasSeen) {
  ASSERT_EQ(kiln({"build", "hello.yaml", "-o", "first"}).exit, 0);
  options().date -= 60;
  publish();
  expect_refused(k_unverified, "was seen before");
}

TEST_F(Trust, RefusesAnIndexWithAnotherHash) {
  options().by_hash = false;
  options().compressions = {"gz"};
  publish();
  Path index = www() / "debian/dists/trixie/main/binary-amd64/Packages.gz";
  std::string bytes = value(read_file(index));
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  value(write_file(index, bytes));
  expect_refused(k_unverified, "Packages.gz");
}

TEST_F(Trust, RefusesAPackageWithAnotherHash) {
  std::string bytes = bytes_of(pool_path("hello"));
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  answer(pool_path("hello"), {.body = bytes});
  expect_refused(k_unverified, "package hello 2.10-3 (amd64)");
  EXPECT_THAT(build().errors,
              HasSubstr("these are not the bytes that the index or the lock names"));
}

TEST_F(Trust, RefusesAPackageThatIsTooLong) {
  answer(pool_path("hello"), {.body = bytes_of(pool_path("hello")) + std::string(1U << 20, 'x')});
  Ended run = build();
  EXPECT_THAT(run.exit, ::testing::AnyOf(k_unverified, 2)) << run.errors;
  EXPECT_FALSE(is_there(place() / "out"));
  expect_store_whole();
}

TEST_F(Trust, SaysThatADownloadBrokeOff) {
  ServerResponse broken{.body = bytes_of(pool_path("hello"))};
  broken.break_off = broken.body.size() / 2;
  answer(pool_path("hello"), broken);
  expect_refused(k_unreachable, "package hello 2.10-3 (amd64)");
}

TEST_F(Trust, GoesOnWithADownloadThatBrokeOffOnce) {
  ServerResponse broken{.body = bytes_of(pool_path("hello"))};
  broken.break_off = broken.body.size() / 2;
  answer(pool_path("hello"), {.body = broken.body});
  server().once(pool_path("hello"), [broken](const ServerRequest&) { return broken; });
  Ended run = build();
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_EQ(server().count(pool_path("hello")), 2U);
}

TEST_F(Trust, SaysThatNoServerAnswers) {
  value(write_file(place() / "kiln.yaml",
                   "mirrors: [http://127.0.0.1:1/debian]\n"
                   "security-mirrors: [http://127.0.0.1:1/security]\n"));
  expect_refused(k_unreachable, "127.0.0.1:1");
}

TEST_F(Trust, SaysWhatAServerAnswered) {
  answer("/debian/dists/trixie/InRelease", {.status = 500});
  expect_refused(k_unreachable, "500");
}

TEST_F(Trust, SaysWhichReleaseFileIsNotThere) {
  value(remove_tree(www() / "debian/dists/trixie"));
  expect_refused(2, "debian/dists/trixie/InRelease");
}

TEST_F(Trust, SaysWhichPackageLeftTheArchive) {
  answer(pool_path("libhello"), {.status = 404});
  expect_refused(2, "package libhello 2.1-1 (amd64)");
  EXPECT_THAT(build().errors, HasSubstr("snapshot"));
}

TEST_F(Trust, TakesTheNextMirrorWhenOneIsAway) {
  value(write_file(place() / "kiln.yaml",
                   fmt::format("mirrors: [http://127.0.0.1:1/debian, {}]\n"
                               "security-mirrors: [{}]\nkeyrings: [key.asc]\n",
                               server().url("/debian"), server().url("/debian-security"))));
  Ended run = build();
  EXPECT_EQ(run.exit, 0) << run.errors;
}

TEST_F(Trust, OfflineNeedsAFilledStoreAndNothingElse) {
  expect_refused(2, "offline", {"--offline"});
  EXPECT_EQ(server().requests().size(), 0U);
  std::string online = digest();
  size_t asked = server().requests().size();
  EXPECT_EQ(digest({"--offline"}), online);
  EXPECT_EQ(digest({}, {.environment = {"KILN_OFFLINE=1"}}), online);
  EXPECT_EQ(digest({}, {.environment = {"KILN_OFFLINE=true"}}), online);
  EXPECT_EQ(server().requests().size(), asked);
}

}  // namespace
}  // namespace kiln::testing
