// SPDX-License-Identifier: Apache-2.0
#include "plan/lock.hpp"

#include "plan/lock_diff.hpp"
#include "support/golden.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::plan {
namespace {

constexpr UnixTime k_time = 1'795'000'000;  // 2026-11-18

LockedPlan sample_plan() {
  LockedPlan locked;
  Plan& plan = locked.plan;
  plan.spec.definition_name = "image/curl/debian-13/8";
  plan.spec.name = "Curl 8.x";
  plan.spec.image = "dhi.io/curl";
  plan.spec.variant = "runtime";
  plan.spec.tags = {"8", "8.14.1"};
  plan.spec.platform = "linux/amd64";
  plan.spec.target = {"debian", "trixie", "13"};
  plan.spec.packages = {{false, "curl", definition::VersionMatch::none, ""}};
  plan.spec.exclusions = {"debconf"};
  plan.distribution = "debian";
  plan.codename = "trixie";
  plan.packages = {{{"libc6", "2.41-12", "amd64"}, sha256("libc6"), 2850000},
                   {{"curl", "8.14.1-2+deb13u1", "amd64"}, sha256("curl"), 269000}};
  plan.sources = {{"image/curl/etc/curlrc", sha256("curlrc"), 6, false},
                  {"image/curl/run.sh", sha256("run"), 3, true}};
  plan.policies.encoder = "gzip-libdeflate-6-1MiB";
  locked.origins = {{"glibc",
                     "2.41-12",
                     "debian trixie main",
                     {"http://m/libc6.deb"},
                     13000000,
                     {{"curl", "Depends: libc6 (>= 2.34)", "only candidate"}}},
                    {"curl",
                     "8.14.1-2+deb13u1",
                     "debian trixie-security main",
                     {"http://m/curl.deb"},
                     500000,
                     {{"", "image.yaml:29:7", "only candidate"}}}};
  locked.indexes = {{"http://m/debian/dists/trixie",
                     "trixie",
                     "main",
                     k_time,
                     sha256("r"),
                     sha256("i"),
                     {"4D64FEC119C2029067D6E791F8D2585B8783D481"}},
                    {"http://m/debian-security/dists/trixie-security",
                     "trixie-security",
                     "main",
                     k_time + 86400,
                     sha256("rs"),
                     sha256("is"),
                     {}}};
  locked.pins = PinPolicy::same_version;
  locked.relaxations = {{"curl", "8.14.1-2+dhi1", "8.14.1-2+deb13u1", PinPolicy::same_version}};
  locked.rewrites = {{"http://dhi.io/deb", ""}};
  locked.scripts = {{"libc6", "postinst", sha256("p"), "needless", "reloads services on upgrade"}};
  locked.warnings = {"curl: the pin 8.14.1-2+dhi1 was relaxed"};
  locked.places = {{"paths[0]", "image/curl/debian-13/8.yaml:34:5"}};
  return locked;
}

Lock sample_lock() {
  return {"0.1.0", "image/curl/debian-13/8", k_time + 90000, {sample_plan()}};
}

// The lock's text with one piece replaced.
std::string spoiled(std::string_view piece, std::string_view other) {
  std::string text = write_lock(sample_lock());
  size_t at = text.find(piece);
  EXPECT_NE(at, std::string::npos) << piece;
  return text.replace(at, piece.size(), other);
}

std::string refusal(std::string_view text) {
  auto lock = read_lock(text);
  return lock ? "accepted" : lock.error().message;
}

TEST(Lock, IsWrittenAsItEverWas) {
  testing::expect_golden("plan/lock-2.json", write_lock(sample_lock()));
}

TEST(Lock, OfEveryFormatKeepsItsPlanDigests) {
  for (std::string name : {"plan/lock-1", "plan/lock-2"}) {
    Lock lock = testing::value(read_lock(testing::golden(name + ".json")));
    testing::expect_golden(name + ".digest", digest_of(lock.plans.at(0).plan).str() + "\n");
  }
}

TEST(Lock, ReadsBackAsWritten) {
  Lock lock = sample_lock();
  lock.plans.push_back(sample_plan());
  lock.plans[1].plan.platform.architecture = "arm64";
  lock.plans[1].plan.source_date_epoch = 1700000000;
  lock.plans[1].plan.repositories = {{"deb https://example.org/deb stable main"},
                                     {{"definition.gpg", "\x99keys"}}};
  std::string text = write_lock(lock);
  Lock again = testing::value(read_lock(text));
  EXPECT_EQ(write_lock(again), text);
  EXPECT_EQ(again.plans[0].origins, lock.plans[0].origins);
  EXPECT_EQ(again.plans[0].indexes, lock.plans[0].indexes);
  EXPECT_EQ(again.plans[1].plan.source_date_epoch, 1700000000);
  EXPECT_EQ(again.plans[1].plan.repositories, lock.plans[1].plan.repositories);
  EXPECT_EQ(again.plans[1].plan.spec, lock.plans[1].plan.spec);
  EXPECT_EQ(again.find({"linux", "arm64", ""}), &again.plans[1]);
  EXPECT_EQ(again.find({"linux", "riscv64", ""}), nullptr);
}

TEST(Lock, PlanDigestDependsOnThePlanAlone) {
  LockedPlan one = sample_plan();
  LockedPlan other = sample_plan();
  other.indexes.clear();
  other.origins[0].reasons.clear();
  other.warnings.clear();
  EXPECT_EQ(digest_of(one.plan), digest_of(other.plan));
  other.plan.policies.layers = 0;
  EXPECT_NE(digest_of(one.plan), digest_of(other.plan));
}

TEST(Lock, RefusesWhatAnotherFormatWrote) {
  auto newer = read_lock(spoiled(R"("format":2,"kiln")", R"("format":3,"kiln")"));
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().code, ErrorCode::unsupported);
  EXPECT_EQ(newer.error().message, "the lock has format 3, this Kiln reads up to 2");
  EXPECT_EQ(newer.error().hint, "use a newer Kiln");
}

TEST(Lock, RefusesAPlanThatWasChangedByHand) {
  EXPECT_EQ(refusal(spoiled("\"version\":\"2.41-12\"", "\"version\":\"2.41-11\"")),
            "the plan for linux/amd64 is not the one that its digest " +
                digest_of(sample_plan().plan).str() + " names");
}

TEST(Lock, RefusesUnknownMembersAndImpossibleValues) {
  EXPECT_EQ(refusal(spoiled("\"created\"", "\"creator\":1,\"created\"")),
            "unknown member 'creator'");
  EXPECT_EQ(refusal(spoiled("\"path\":\"image/curl/run.sh\"", "\"path\":\"../run.sh\"")).empty(),
            false);
  EXPECT_EQ(refusal(spoiled("\"name\":\"libc6\",\"sha256\"", "\"name\":\"../x\",\"sha256\"")),
            "'../x' is no name of a package");
  EXPECT_EQ(refusal(spoiled("\"size\":269000", "\"size\":-1")), "size is -1");
  EXPECT_EQ(refusal("[]"), "a lock is a JSON object, not an array");
  EXPECT_NE(refusal("{"), "accepted");
}

std::vector<std::string> changes(const Lock& before, const Lock& after) {
  std::vector<std::string> texts;
  for (const Change& change : diff(before, after)) texts.push_back(change.str());
  return texts;
}

TEST(LockDiff, SaysNothingOfEqualLocks) {
  EXPECT_TRUE(changes(sample_lock(), sample_lock()).empty());
}

TEST(LockDiff, SaysWhatChangedAndWhy) {
  Lock before = sample_lock();
  Lock after = sample_lock();
  LockedPlan& now = after.plans[0];
  now.plan.packages[1].id.version = "8.14.1-2+deb13u2";
  now.plan.packages[1].sha256 = sha256("curl2");
  now.plan.packages[0] = {{"libnew1", "1-1", "amd64"}, sha256("n"), 1};
  now.origins[0] = {"new", "1-1", "debian trixie main",
                    {},    1,     {{"curl", "Depends: libnew1", "only candidate"}}};
  now.plan.sources[1].sha256 = sha256("other");
  now.plan.policies.layers = 2;
  now.plan.spec.cmd = {"--version"};
  EXPECT_EQ(changes(before, after),
            (std::vector<std::string>{
                "upgraded curl 8.14.1-2+deb13u1 -> 8.14.1-2+deb13u2: version offered in debian "
                "trixie-security main of 2026-11-19",
                "removed libc6 2.41-12: curl no longer needs it",
                "added libnew1 1-1: new dependency of curl (Depends: libnew1)",
                "source image/curl/run.sh " + sha256("run").str() + " -> " + sha256("other").str() +
                    ": the file changed",
                "policy layers 1 -> 2", "definition cmd [\"--version\"]: the definition changed"}));
}

TEST(LockDiff, SaysWhatADevImageConfigures) {
  Lock before = sample_lock();
  before.plans[0].plan.repositories = {{"deb http://a stable main", "deb http://b stable main"},
                                       {{"definition.gpg", "one"}}};
  Lock after = before;
  packages::PackageSources& now = after.plans[0].plan.repositories;
  now.entries = {"deb http://a stable main", "deb http://c stable main"};
  EXPECT_EQ(
      changes(before, after),
      (std::vector<std::string>{"repository deb http://b stable main: no longer configured",
                                "repository deb http://c stable main: configured from now on"}));
  now.entries = {"deb http://b stable main", "deb http://a stable main"};
  EXPECT_EQ(changes(before, after),
            (std::vector<std::string>{
                "repository order deb http://a stable main, deb http://b stable main -> "
                "deb http://b stable main, deb http://a stable main"}));
  now = before.plans[0].plan.repositories;
  now.keys[0].bytes = "two";
  EXPECT_EQ(changes(before, after),
            (std::vector<std::string>{"repository key definition.gpg " + sha256("one").str() +
                                      " -> " + sha256("two").str() + ": other bytes"}));
}

TEST(LockDiff, SaysThatTheMomentChanged) {
  Lock before = sample_lock();
  Lock after = sample_lock();
  before.plans[0].plan.source_date_epoch.reset();
  after.plans[0].plan.source_date_epoch = 5;
  EXPECT_EQ(
      changes(before, after),
      (std::vector<std::string>{"moment SOURCE_DATE_EPOCH unset -> 5: the environment changed"}));
}

// Whatever a plan's digest covers is a change, also what no rule names.
TEST(LockDiff, IsNeverSilentWhenTheDigestsDiffer) {
  Lock before = sample_lock();
  Lock after = sample_lock();
  std::swap(after.plans[0].plan.packages[0], after.plans[0].plan.packages[1]);
  std::swap(after.plans[0].origins[0], after.plans[0].origins[1]);
  EXPECT_EQ(changes(before, after),
            (std::vector<std::string>{"plan digest " + digest_of(before.plans[0].plan).str() +
                                      " -> " + digest_of(after.plans[0].plan).str() +
                                      ": the packages are installed in another order"}));
  before.plans[0].plan.packages.clear();
  before.plans[0].origins.clear();
  after.plans.clear();
  EXPECT_EQ(diff(before, after).size(), 1U);
}

TEST(LockDiff, KnowsDowngradesRebuildsAndPlatforms) {
  Lock before = sample_lock();
  Lock after = sample_lock();
  after.plans[0].plan.packages[0].id.version = "2.41-11";
  after.plans[0].plan.packages[1].sha256 = sha256("again");
  std::vector<Change> list = diff(before, after);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].kind, ChangeKind::rebuilt);
  EXPECT_EQ(list[1].kind, ChangeKind::downgraded);
  after.plans.clear();
  EXPECT_EQ(diff(before, after).size(), 2U);
  std::vector<std::string> added = changes(after, before);
  ASSERT_EQ(added.size(), 2U) << "the packages, and nothing else of what was never there";
  EXPECT_THAT(added[0], ::testing::EndsWith(": the platform is new"));
}

}  // namespace
}  // namespace kiln::plan
