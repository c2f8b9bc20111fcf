// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/archive.hpp"

#include "support/deb_repository.hpp"
#include "support/http_server.hpp"
#include "support/test_world.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

using testing::DebRepository;
using testing::GpgKey;
using testing::HttpServer;
using testing::TestWorld;
using testing::value;

class DebArchive : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { key_ = new std::optional<GpgKey>(GpgKey::make()); }
  static void TearDownTestSuite() {
    delete key_;
    key_ = nullptr;
  }
  void SetUp() override {
    if (!*key_) GTEST_SKIP() << "gpg is not installed";
    archive_.add({.name = "hello", .version = "1.0"});
    archive_.add({.name = "common", .architecture = "all"});
  }

  static const GpgKey& key() { return **key_; }
  const Path& root() const { return archive_directory_.path(); }

  Repository repository() const {
    Repository repository;
    repository.mirrors = {server_->url()};
    repository.suite = "trixie";
    repository.components = {"main"};
    repository.keys = {key().public_key()};
    repository.label = "debian";
    return repository;
  }
  Result<std::unique_ptr<DebUniverse>> load_archive() { return load_as(repository()); }
  Result<std::unique_ptr<DebUniverse>> load_as(Repository repository, ArchiveOptions options = {},
                                               const std::string& architecture = "amd64") {
    return load(std::vector{std::move(repository)}, architecture, options, world_);
  }
  // The whole error of a load that must fail, with its code and hint.
  std::string failure(const Result<std::unique_ptr<DebUniverse>>& result) {
    if (result) return "no failure";
    return fmt::format("{}: {} [{}]", str(result.error().code), result.error().str(),
                       result.error().hint);
  }
  std::string failure() { return failure(load_archive()); }

  static std::optional<GpgKey>* key_;
  TemporaryDirectory archive_directory_ = value(TemporaryDirectory::create());
  DebRepository archive_{archive_directory_.path()};
  std::unique_ptr<HttpServer> server_ = HttpServer::serve_directory(archive_directory_.path());
  TestWorld world_;
};

std::optional<GpgKey>* DebArchive::key_ = nullptr;

#define EXPECT_SAYS(text, part) EXPECT_NE((text).find(part), std::string::npos) << (text)

TEST_F(DebArchive, LoadsPackagesAndSaysWhatVouchesForThem) {
  archive_.publish(key());
  auto universe = value(load_archive());
  EXPECT_EQ(universe->names(), (std::vector<std::string>{"common", "hello"}));
  const Candidate& hello = universe->get(universe->named("hello").at(0));
  EXPECT_EQ(hello.urls, std::vector<std::string>{server_->url("/pool/hello/hello_1.0_amd64.deb")});
  EXPECT_EQ(hello.repository, "debian trixie main");
  ASSERT_EQ(universe->indexes().size(), 1U);
  const IndexRecord& record = universe->indexes()[0];
  EXPECT_EQ(record.url, server_->url("/dists/trixie/InRelease"));
  EXPECT_EQ(record.component, "main");
  EXPECT_EQ(record.date, archive_.options().date);
  EXPECT_EQ(record.fingerprints, std::vector<std::string>{key().fingerprint()});
  EXPECT_EQ(record.release, sha256(value(read_file(root() / "dists/trixie/InRelease"))));
}

TEST_F(DebArchive, ReadsReleaseWithItsSignatureBesideIt) {
  archive_.options().detached = true;
  archive_.publish(key());
  EXPECT_OK(load_archive());
  value(write_file(root() / "dists/trixie/Release", archive_.release_text() + "X: y\n"));
  EXPECT_SAYS(failure(), "unverified: ");
  std::filesystem::remove(root() / "dists/trixie/Release.gpg");
  TestWorld fresh;
  auto result = load(std::vector{repository()}, "amd64", {}, fresh);
  EXPECT_SAYS(failure(result), "fetching the signature of");
}

TEST_F(DebArchive, AnUnchangedSuiteCostsOneConditionalRequest) {
  archive_.publish(key());
  value(load_archive());
  size_t before = server_->requests().size();
  value(load_archive());
  auto requests = server_->requests();
  ASSERT_EQ(requests.size(), before + 1);
  EXPECT_EQ(requests.back().path, "/dists/trixie/InRelease");
  EXPECT_FALSE(requests.back().header("if-none-match").empty());
}

TEST_F(DebArchive, OfflineUsesWhatTheStoreHasAndNamesWhatItLacks) {
  archive_.publish(key());
  world_.world().offline = true;
  EXPECT_SAYS(failure(),
              "not_found: " + server_->url("/dists/trixie/InRelease") + " is not in the store");
  world_.world().offline = false;
  value(load_archive());
  world_.world().offline = true;
  size_t before = server_->requests().size();
  EXPECT_OK(load_archive());
  EXPECT_EQ(server_->requests().size(), before);
}

TEST_F(DebArchive, RefusesAForeignOrBrokenSignature) {
  archive_.publish(key());
  auto stranger = GpgKey::make("Stranger <stranger@kiln.invalid>");
  Repository other = repository();
  other.keys = {stranger->public_key()};
  std::string said = failure(load_as(other));
  EXPECT_SAYS(said, "unverified: ");
  EXPECT_SAYS(said, "checking the signature of debian trixie");
  other.keys.clear();
  EXPECT_SAYS(failure(load_as(other)), "no key");

  Path file = root() / "dists/trixie/InRelease";
  std::string message = value(read_file(file));
  size_t place = message.find("Label: Test");
  message.replace(place, 11, "Label: Evil");
  value(write_file(file, message));
  EXPECT_SAYS(failure(), "unverified: ");
  value(write_file(file, archive_.release_text()));
  EXPECT_FALSE(load_archive()) << "no signature at all";
  value(write_file(file, message.substr(0, message.size() / 2)));
  EXPECT_FALSE(load_archive()) << "cut short";
}

TEST_F(DebArchive, HonoursTheAgeOfARelease) {
  UnixTime now = world_.clock().now();
  archive_.options().valid_until = now + 100;
  archive_.publish(key());
  EXPECT_OK(load_archive());
  EXPECT_OK(load_as(repository(), {.greatest_age = std::chrono::hours(2)}));
  EXPECT_SAYS(failure(load_as(repository(), {.greatest_age = std::chrono::minutes(30)})),
              "older than 30 min");
  world_.clock().set(now + 101);
  EXPECT_SAYS(failure(), "was valid until " + format_rfc3339(now + 100) + " and has expired");
  EXPECT_OK(load_as(repository(), {.check_valid_until = false}));
  Repository relaxed = repository();
  relaxed.check_valid_until = false;
  EXPECT_EQ(value(load_as(relaxed))->remarks(),
            std::vector{"the Release file of debian trixie was valid until " +
                        format_rfc3339(now + 100) + ", which is not checked"});
  world_.clock().set(archive_.options().date - 2 * 24 * 3600);
  EXPECT_FALSE(load_as(repository())) << "dated in the future, or signed by a key not made yet";
}

TEST_F(DebArchive, RefusesToGoBackToAnOlderRelease) {
  UnixTime date = archive_.options().date;
  archive_.publish(key());
  value(load_archive());
  archive_.options().date = date - 60;
  archive_.publish(key());
  std::string said = failure();
  EXPECT_SAYS(said, "unverified: ");
  EXPECT_SAYS(said, format_rfc3339(date));
  EXPECT_SAYS(said, format_rfc3339(date - 60));
  EXPECT_OK(load_as(repository(), {.allow_older = true}));

  auto elsewhere = HttpServer::serve_directory(root());
  Repository mirror = repository();
  mirror.mirrors = {elsewhere->url()};
  EXPECT_SAYS(failure(load_as(mirror)), "was seen before");
  archive_.options().date = date + 60;
  archive_.publish(key());
  EXPECT_OK(load_as(mirror));
}

TEST_F(DebArchive, RefusesAnotherSuitesRelease) {
  archive_.options().suite = "bookworm";
  archive_.publish(key());
  std::filesystem::rename(root() / "dists/bookworm", root() / "dists/trixie");
  EXPECT_SAYS(failure(), "is that of suite \"bookworm\"");
  Repository any = repository();
  any.check_suite = false;
  EXPECT_OK(load_as(any));
}

TEST_F(DebArchive, RefusesAListThatIsNotAsPromised) {
  archive_.options().compressions = {"gz"};
  archive_.options().by_hash = false;
  archive_.publish(key());
  Path list = root() / "dists/trixie/main/binary-amd64/Packages.gz";
  std::string bytes = value(read_file(list));
  for (std::string bad : {testing::compressed("Package: evil\n", "gz"), bytes + "x",
                          bytes.substr(0, bytes.size() - 1)}) {
    value(write_file(list, bad));
    std::string said = failure();
    EXPECT_SAYS(said, "fetching main/binary-amd64/Packages.gz of debian trixie");
    EXPECT_TRUE(said.starts_with("unverified") || said.starts_with("limit")) << said;
  }
  value(write_file(list, bytes));
  EXPECT_OK(load_archive());
}

TEST_F(DebArchive, UsesByHashAndFallsBackToPlainNames) {
  archive_.options().keep_plain_names = false;
  archive_.publish(key());
  EXPECT_OK(load_archive());

  TestWorld fresh;
  archive_.options().keep_plain_names = true;
  archive_.publish(key());
  std::filesystem::remove_all(root() / "dists/trixie/main/binary-amd64/by-hash");
  EXPECT_OK(load(std::vector{repository()}, "amd64", {}, fresh));
  EXPECT_EQ(server_->count("/dists/trixie/main/binary-amd64/Packages.gz"), 1U);
}

TEST_F(DebArchive, TakesTheCompressionThatIsThere) {
  for (std::string compression : {"gz", "xz", "zst", ""}) {
    TestWorld fresh;
    archive_.options().compressions = {compression};
    archive_.publish(key());
    auto universe = load(std::vector{repository()}, "amd64", {}, fresh);
    ASSERT_OK(universe) << compression;
    EXPECT_EQ((*universe)->names().size(), 2U);
    std::filesystem::remove_all(root() / "dists");
  }
}

TEST_F(DebArchive, NamesTheArchitecturesAndComponentsThatExist) {
  archive_.options().architectures = {"amd64", "arm64"};
  archive_.publish(key());
  std::string said = failure(load_as(repository(), {}, "riscv64"));
  EXPECT_SAYS(said, "not_found: debian trixie has no packages for riscv64");
  EXPECT_SAYS(said, "amd64, arm64");
  Repository may_lack = repository();
  may_lack.may_lack_architecture = true;
  auto universe = value(load_as(may_lack, {}, "riscv64"));
  EXPECT_TRUE(universe->names().empty());
  EXPECT_EQ(universe->remarks(),
            std::vector<std::string>{"debian trixie has no packages for riscv64 and is left out"});
  EXPECT_TRUE(value(load_as(may_lack, {}, "arm64"))->remarks().empty());
  Repository other = repository();
  other.components = {"contrib"};
  EXPECT_SAYS(failure(load_as(other)), "has no component contrib");
}

TEST_F(DebArchive, ReadsTheListOfArchitectureAllWhereItIsSeparate) {
  archive_.options().separate_all = true;
  archive_.publish(key());
  auto universe = value(load_archive());
  EXPECT_EQ(universe->names(), (std::vector<std::string>{"common", "hello"}));
  EXPECT_EQ(universe->indexes().size(), 2U);
}

TEST_F(DebArchive, ReadsFlatArchives) {
  for (std::string suite : {"./", "sub/"}) {
    TemporaryDirectory directory = value(TemporaryDirectory::create());
    DebRepository flat(directory.path(), {.suite = suite});
    flat.add({.name = "hello"});
    flat.publish(key());
    Repository there = repository();
    there.mirrors = {"file://" + directory.path().string()};
    there.suite = suite;
    there.components.clear();
    auto universe = value(load_as(there));
    EXPECT_EQ(universe->get(universe->named("hello").at(0)).urls.at(0),
              there.mirrors[0] + "/pool/hello/hello_1.0_amd64.deb");
    EXPECT_EQ(universe->indexes()[0].component, "");
  }
}

TEST_F(DebArchive, TriesMirrorsInTurn) {
  archive_.publish(key());
  HttpServer broken;
  Repository there = repository();
  there.mirrors = {"http://127.0.0.1:9", broken.url(), server_->url()};
  auto universe = value(load_as(there));
  EXPECT_EQ(universe->indexes()[0].url, server_->url("/dists/trixie/InRelease"));
  EXPECT_EQ(universe->get(universe->named("hello").at(0)).urls.size(), 3U);
  there.mirrors = {broken.url()};
  EXPECT_SAYS(failure(load_as(there)), "not_found");
}

TEST_F(DebArchive, ADeadMirrorIsAskedOnceForAllOfARun) {
  archive_.publish(key());
  HttpServer broken;
  broken.on("/", [](const auto&) { return testing::ServerResponse{.status = 503}; });
  auto http =
      make_http_client({.sleep = [](auto) { ADD_FAILURE() << "waited for a dead mirror"; }});
  World& base = world_;
  World world{.clock = base.clock,
              .store = base.store,
              .http = *http,
              .progress = base.progress,
              .stop = base.stop};
  Repository there = repository();
  there.mirrors = {"http://127.0.0.1:9", broken.url(), server_->url()};
  EXPECT_OK(load(std::vector{there}, "amd64", {}, world));
  EXPECT_TRUE(http->is_silent("http://127.0.0.1:9/"));
}

TEST_F(DebArchive, PinsSuitesAsTheyAsk) {
  auto priority = [&](const std::string& fields, std::optional<int> pin = {}) {
    archive_.options().fields = fields;
    archive_.publish(key());
    Repository pinned = repository();
    pinned.pin_priority = pin;
    auto universe = value(load_as(pinned));
    return universe->get(universe->named("hello").at(0)).priority;
  };
  EXPECT_EQ(priority(""), 500);
  EXPECT_EQ(priority("NotAutomatic: yes\n"), 1);
  EXPECT_EQ(priority("NotAutomatic: yes\nButAutomaticUpgrades: yes\n"), 100);
  EXPECT_EQ(priority("NotAutomatic: yes\n", 990), 990);
}

TEST_F(DebArchive, AMalformedListIsAnErrorOfItsOwn) {
  archive_.options().compressions = {""};
  archive_.add({.name = "bad", .fields = "Provides: x y\n"});
  archive_.publish(key());
  std::string said = failure();
  EXPECT_SAYS(said, "corrupt: package \"bad\" of a package index has a malformed Provides");
  EXPECT_SAYS(said, "main/binary-amd64/Packages of debian trixie");
}

TEST_F(DebArchive, StopsWhenAsked) {
  archive_.publish(key());
  world_.stop();
  EXPECT_SAYS(failure(), "interrupted");
}

}  // namespace
}  // namespace kiln::packages::deb
