// SPDX-License-Identifier: Apache-2.0
#include "plan/make_plan.hpp"

#include "plan/local_sources.hpp"
#include "support/deb_repository.hpp"
#include "support/test_world.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

using testing::DebPackage;
using testing::DebRepository;
using testing::GpgKey;
using testing::value;

void write(const Path& path, std::string_view text, unsigned mode = 0644) {
  value(make_directories(path.parent_path()));
  value(write_file(path, text, mode));
}

// A catalog's root and a Debian of two packages, signed by a key of the test.
class MakePlan : public ::testing::Test {
 protected:
  void SetUp() override {
    key_ = GpgKey::make();
    if (!key_) GTEST_SKIP() << "gpg is not installed";
    publish(
        "debian", "trixie",
        {{.name = "base-files", .version = "13.8", .fields = "Pre-Depends: awk\n"},
         {.name = "mawk", .version = "1.3", .fields = "Provides: awk\n"},
         {.name = "hello", .version = "2.10-3+b1", .fields = "Depends: libc6\nSource: hello-src\n"},
         {.name = "libc6", .version = "2.41-12"}});
    publish("debian", "trixie-updates", {});
    publish("debian-security", "trixie-security",
            {{.name = "libc6", .version = "2.41-12+deb13u1"}});

    options_.archives.mirrors = {{"deb.debian.org/debian", {url("debian")}},
                                 {"deb.debian.org/debian-security", {url("debian-security")}}};
    options_.archives.keys = {{"test.gpg", key_->public_key()}};
    options_.archives.catalog_root = world_.directory() / "catalog";
    options_.encoder = "gzip-libdeflate-1.14-6-1MiB";
    options_.places = {{"hello", "image/hello/debian-13/2.yaml:12:7"}};
    value(make_directories(options_.archives.catalog_root));

    spec_.definition_name = "image/hello/debian-13/2";
    spec_.name = "Hello";
    spec_.image = "dhi.io/hello";
    spec_.variant = "runtime";
    spec_.tags = {"2"};
    spec_.platform = "linux/amd64";
    spec_.target = {"debian", "trixie", "13"};
    ask("hello");
  }

  void publish(const std::string& archive, const std::string& suite,
               const std::vector<DebPackage>& packages) {
    Path directory = world_.directory() / archive;
    value(make_directories(directory));
    DebRepository repository(directory, {.suite = suite});
    for (const DebPackage& package : packages) repository.add(package);
    repository.publish(*key_);
  }

  std::string url(const std::string& archive) const {
    return "file://" + (world_.directory() / archive).string();
  }

  void ask(std::string_view entry) {
    spec_.packages.push_back(value(definition::parse_package_request(entry)));
  }

  Result<LockedPlan> plan() {
    ArchiveCache archives({});
    return make_plan(spec_, options_, archives, world_);
  }

  static std::string packages(const LockedPlan& locked) {
    std::string text;
    for (const PlannedPackage& package : locked.plan.packages)
      text += package.id.name + "=" + package.id.version + " ";
    return text;
  }

  testing::TestWorld world_;
  std::optional<GpgKey> key_;
  PlanOptions options_;
  definition::ImageSpec spec_;
};

TEST_F(MakePlan, SaysThatAReleaseGetsNoFixesAnyMore) {
  EXPECT_TRUE(value(plan()).warnings.empty());
  world_.clock().set(value(parse_rfc3339("2030-07-01")));
  EXPECT_EQ(value(plan()).warnings,
            std::vector<std::string>{
                "debian trixie gets no fixes any more: its support ended on 2030-06-30"});
}

TEST_F(MakePlan, ResolvesAgainstAllSuitesAndRecordsWhatLedToIt) {
  LockedPlan locked = value(plan());
  EXPECT_EQ(packages(locked), "libc6=2.41-12+deb13u1 hello=2.10-3+b1 mawk=1.3 base-files=13.8 ");
  ASSERT_EQ(locked.origins.size(), 4U);
  EXPECT_EQ(locked.origins[1].source, "hello-src");
  EXPECT_EQ(locked.origins[1].reasons.at(0).relation, "image/hello/debian-13/2.yaml:12:7");
  EXPECT_EQ(locked.origins[0].reasons.at(0).relation, "Depends: libc6");
  EXPECT_EQ(locked.origins[3].reasons.at(0).relation, "implicit");
  ASSERT_EQ(locked.indexes.size(), 3U);
  EXPECT_EQ(locked.indexes[2].suite, "trixie-security");
  EXPECT_EQ(locked.indexes[0].keys, std::vector<std::string>{key_->fingerprint()});
  EXPECT_EQ(locked.plan.distribution, "debian");
  EXPECT_EQ(locked.plan.codename, "trixie");
  EXPECT_EQ(locked.plan.policies.layers, 1);
  EXPECT_TRUE(locked.warnings.empty());
}

TEST_F(MakePlan, GivesTheSamePlanWhateverElseTheArchivesOffer) {
  Digest before = digest_of(value(plan()).plan);
  publish("debian", "trixie-updates", {{.name = "unrelated"}});
  EXPECT_EQ(digest_of(value(plan()).plan), before);
}

TEST_F(MakePlan, LeavesOutExcludedBaseFiles) {
  spec_.exclusions = {"base-files"};
  EXPECT_EQ(packages(value(plan())), "libc6=2.41-12+deb13u1 hello=2.10-3+b1 ");
  spec_.exclusions = {"mawk"};
  EXPECT_EQ(packages(value(plan())), "base-files=13.8 libc6=2.41-12+deb13u1 hello=2.10-3+b1 ");
}

TEST_F(MakePlan, RelaxesPinsAndSaysSo) {
  spec_.packages.clear();
  ask("hello=2.10-3+dhi1");
  LockedPlan locked = value(plan());
  ASSERT_EQ(locked.relaxations.size(), 1U);
  EXPECT_EQ(locked.relaxations[0].taken, "2.10-3+b1");
  EXPECT_EQ(locked.warnings, std::vector<std::string>{"hello 2.10-3+dhi1 is not in the archives; "
                                                      "2.10-3+b1 is taken (pins: same-version)"});
  options_.pins = PinPolicy::exact;
  EXPECT_EQ(plan().error().str(),
            "there is no version of hello that is 2.10-3+dhi1 "
            "(image/hello/debian-13/2.yaml:12:7) (while planning image/hello/debian-13/2 for "
            "linux/amd64)");
}

TEST_F(MakePlan, AddsTheRepositoriesOfTheDefinitionWithItsKeys) {
  std::optional<GpgKey> vendor = GpgKey::make("Vendor <vendor@kiln.invalid>");
  std::swap(key_, vendor);
  publish("vendor", "stable", {{.name = "hello", .version = "3.0"}});
  write(options_.archives.catalog_root / "keys/vendor.asc", key_->public_key());
  spec_.repositories = {"deb [signed-by=/usr/share/keyrings/vendor.gpg] " + url("vendor") +
                        " stable main"};
  Error refused = plan().error();
  EXPECT_EQ(refused.code, ErrorCode::unverified) << refused.str();
  spec_.keyring = {"keys/vendor.asc"};
  EXPECT_EQ(packages(value(plan())), "hello=3.0 mawk=1.3 base-files=13.8 ");

  options_.archives.rewrites = {{url("vendor"), ""}};
  LockedPlan without = value(plan());
  EXPECT_EQ(without.rewrites, options_.archives.rewrites);
  EXPECT_EQ(without.plan.packages.at(1).id.version, "2.10-3+b1");
}

TEST_F(MakePlan, RefusesAKeyringFromAnUnprotectedPlace) {
  spec_.keyring = {"http://keys.test/vendor.asc"};
  EXPECT_EQ(plan().error().message,
            "the keyring http://keys.test/vendor.asc would be fetched without protection");
  spec_.keyring = {"../outside.asc"};
  EXPECT_FALSE(plan());
}

TEST_F(MakePlan, RefusesOtherDistributions) {
  spec_.target = {"gentoo", "", "23"};
  EXPECT_EQ(plan().error().message, "images of gentoo cannot be built");
}

TEST_F(MakePlan, PutsLocalSourcesIntoTheStore) {
  const Path& root = options_.archives.catalog_root;
  write(root / "image/hello/run.sh", "#!/bin/sh\n", 0755);
  write(root / "image/hello/etc/b/two", "2");
  write(root / "image/hello/etc/one", "1");
  spec_.sources = {"image/hello/etc", "image/hello/run.sh"};
  LockedPlan locked = value(plan());
  std::vector<LocalSource> expected{{"image/hello/etc/b/two", sha256("2"), 1, false},
                                    {"image/hello/etc/one", sha256("1"), 1, false},
                                    {"image/hello/run.sh", sha256("#!/bin/sh\n"), 10, true}};
  EXPECT_EQ(locked.plan.sources, expected);
  for (const LocalSource& source : locked.plan.sources)
    EXPECT_TRUE(world_.store().has(source.sha256));
}

TEST_F(MakePlan, FollowsNoLinkOutOfTheCatalog) {
  const Path& root = options_.archives.catalog_root;
  write(world_.directory() / "secret", "s");
  write(root / "inside", "i");
  std::filesystem::create_symlink("../secret", root / "out");
  std::filesystem::create_symlink("inside", root / "in");
  auto collect = [&](const std::string& path) {
    return collect_sources(root, std::vector{path}, world_.store());
  };
  EXPECT_EQ(collect("out").error().message, "out leads out of the catalog's root");
  EXPECT_EQ(value(collect("in")).at(0).sha256, sha256("i"));
  EXPECT_EQ(collect("absent").error().message, "absent is not there below the catalog's root");
  EXPECT_FALSE(collect("../secret"));
  std::filesystem::create_directories(root / "tree");
  std::filesystem::create_directory_symlink("..", root / "tree/loop");
  EXPECT_EQ(collect("tree").error().message, "tree/loop is a link to a directory");
}

TEST_F(MakePlan, SharesArchivesBetweenDefinitions) {
  ArchiveCache archives({});
  value(make_plan(spec_, options_, archives, world_));
  std::filesystem::remove_all(world_.directory() / "debian");
  spec_.definition_name = "image/other/debian-13/1";
  std::vector<std::thread> threads;
  std::atomic<int> planned = 0;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      if (make_plan(spec_, options_, archives, world_)) ++planned;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(planned, 4);
}

}  // namespace
}  // namespace kiln::plan
