// SPDX-License-Identifier: Apache-2.0
#include "packages/deb/archive.hpp"
#include "support/deb_repository.hpp"
#include "support/http_server.hpp"
#include "support/test_world.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

using testing::DebRepository;
using testing::GpgKey;
using testing::HttpServer;
using testing::value;
using Texts = std::vector<std::string>;

// An archive with trixie (main and non-free), its backports, and bookworm; trixie main is loaded.
class NeighboursTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!key_) GTEST_SKIP() << "gpg is not installed";
    DebRepository trixie(directory_.path(), {.suite = "trixie"});
    trixie.add({.name = "hello"});
    trixie.add({.name = "firmware"}, "non-free");
    trixie.publish(*key_);
    DebRepository backports(directory_.path(), {.suite = "trixie-backports"});
    backports.add({.name = "newer", .version = "2.0~bpo13+1"});
    backports.publish(*key_);
    DebRepository bookworm(directory_.path(), {.suite = "bookworm"});
    bookworm.add({.name = "older"});
    bookworm.add({.name = "newer"});
    bookworm.publish(*key_);
  }

  std::unique_ptr<DebUniverse> load_trixie(const std::string& label = "debian") {
    Repository repository;
    repository.mirrors = {server_->url()};
    repository.suite = "trixie";
    repository.components = {"main"};
    repository.keys = {key_->public_key()};
    repository.label = label;
    return value(load(std::vector{repository}, "amd64", {}, world_));
  }
  Texts places(const std::string& name) { return load_trixie()->found_elsewhere(name).places; }

  std::optional<GpgKey> key_ = GpgKey::make();
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  std::unique_ptr<HttpServer> server_ = HttpServer::serve_directory(directory_.path());
  testing::TestWorld world_;
};

TEST_F(NeighboursTest, FindWhatAnotherComponentOrSuiteHasTheNearestOnly) {
  EXPECT_EQ(places("firmware"), Texts{"debian trixie non-free (1.0)"});
  EXPECT_EQ(places("newer"), Texts{"debian trixie-backports main (2.0~bpo13+1)"});
  EXPECT_EQ(places("older"), Texts{"debian bookworm main (1.0)"});
  EXPECT_EQ(places("nowhere"), Texts{});
}

TEST_F(NeighboursTest, AreAskedOnlyWhenSomethingIsMissingAndOnce) {
  auto universe = load_trixie();
  EXPECT_EQ(server_->count("/dists/trixie-backports/InRelease"), 0u);
  universe->found_elsewhere("older");
  universe->found_elsewhere("newer");
  EXPECT_EQ(server_->count("/dists/trixie-backports/InRelease"), 1u);
}

TEST_F(NeighboursTest, OfflineTheStoreAnswersAndWhatItLacksIsNamed) {
  places("newer");
  world_.world().offline = true;
  EXPECT_EQ(places("newer"), Texts{"debian trixie-backports main (2.0~bpo13+1)"});
  size_t asked = server_->requests().size();
  Elsewhere nowhere = load_trixie()->found_elsewhere("nowhere");
  EXPECT_EQ(nowhere.places, Texts{});
  EXPECT_EQ(nowhere.not_read, (Texts{"debian bookworm", "debian sid"}));
  EXPECT_EQ(server_->requests().size(), asked);
}

TEST_F(NeighboursTest, OtherArchivesThanDebiansHaveNone) {
  auto universe = load_trixie("example.org");
  EXPECT_EQ(universe->found_elsewhere("firmware").places, Texts{});
  EXPECT_EQ(server_->requests().back().path,
            "/dists/trixie/main/binary-amd64/by-hash/SHA256/" + universe->indexes()[0].index.hex());
}

}  // namespace
}  // namespace kiln::packages::deb
