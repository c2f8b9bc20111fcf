// SPDX-License-Identifier: Apache-2.0
#include "store/maintenance.hpp"

#include "store/layout.hpp"
#include "support/result_matchers.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

namespace kiln {
namespace {

using testing::value;

constexpr UnixTime k_day = 86'400;

class MaintenanceTest : public ::testing::Test {
 protected:
  std::unique_ptr<Store> open() { return value(Store::open(root(), {.clock = &clock_})); }
  Path root() const { return directory_.path() / "store"; }
  void damage(const Path& path) {
    std::string bytes = value(read_file(path));
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    EXPECT_OK(write_file(path, bytes));
  }
  // Puts a blob that was last used so many days ago.
  Digest put_aged(Store& store, const std::string& bytes, UnixTime days) {
    clock_ = FixedClock(k_now - days * k_day);
    Digest digest = value(store.put(bytes));
    clock_ = FixedClock(k_now);
    return digest;
  }

  static constexpr UnixTime k_now = 1'800'000'000;
  FixedClock clock_{k_now};
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
};

TEST_F(MaintenanceTest, ListsAndCountsWhatIsThere) {
  auto store = open();
  EXPECT_OK(store->put("a"));
  EXPECT_OK(store->put("bb"));
  EXPECT_OK(store->cache("index", "x", "ccc"));
  EXPECT_OK(store->set_state("seen", "y", "dddd"));
  auto entries = value(list_store(*store));
  ASSERT_EQ(entries.size(), 4u);
  EXPECT_EQ(entries[2].str(), "record index/x");
  EXPECT_EQ(entries[3].str(), "state seen/y");
  StoreReport report = value(report_store(*store));
  ASSERT_EQ(report.parts.size(), 3u);
  EXPECT_EQ(report.parts[0].count, 2u);
  EXPECT_EQ(report.parts[0].bytes, 3u);
  EXPECT_EQ(report.count, 4u);
}

// Whom the kernel asks for permission, until the end of the scope: root may open everything.
class AsNobody {
 public:
  AsNobody() { changed_ = ::geteuid() == 0 && ::seteuid(65534) == 0; }
  AsNobody(const AsNobody&) = delete;
  AsNobody& operator=(const AsNobody&) = delete;
  ~AsNobody() {
    if (changed_) {
      EXPECT_EQ(::seteuid(0), 0);
    }
  }

 private:
  bool changed_ = false;
};

TEST_F(MaintenanceTest, VerifyDoesNotTakeForDamageWhatItCannotOpen) {
  std::filesystem::permissions(directory_.path(), std::filesystem::perms(0755));
  auto store = open();
  Digest digest = value(store->put("good"));
  std::filesystem::permissions(store->path_of(digest), std::filesystem::perms(0));
  for (const Path& place : {store->path_of(digest).parent_path(), root() / "quarantine"})
    std::filesystem::permissions(place, std::filesystem::perms(0777));
  {
    AsNobody nobody;
    auto verified = verify_store(*store, 1);
    ASSERT_FALSE(verified);
    EXPECT_NE(verified.error().message.find(digest.hex()), std::string::npos);
    EXPECT_NE(verified.error().message.find("Permission denied"), std::string::npos);
  }
  EXPECT_TRUE(std::filesystem::exists(store->path_of(digest)));
}

TEST_F(MaintenanceTest, VerifyNamesWhatIsDamagedAndMovesItAway) {
  auto store = open();
  Digest good = value(store->put("good"));
  Digest bad = value(store->put("bad"));
  EXPECT_OK(store->cache("index", "x", "record"));
  EXPECT_OK(store->set_state("seen", "y", "state"));
  EXPECT_TRUE(value(verify_store(*store, 2)).bad.empty());

  damage(store->path_of(bad));
  damage(root() / "records/index/x");
  damage(root() / "state/records/seen/y");
  Path stray = store->path_of(good).parent_path() / "stray";
  EXPECT_OK(write_file(stray, "what is this"));
  auto verification = value(verify_store(*store, 2));
  EXPECT_EQ(verification.checked, 5u);
  EXPECT_EQ(verification.bad.size(), 4u);
  EXPECT_TRUE(store->has(good));
  EXPECT_FALSE(store->has(bad)) << "so that it is fetched again";
  EXPECT_FALSE(store->state("seen", "y")) << "bad state stays and is an error";
  EXPECT_EQ(value(verify_store(*store, 2)).bad.size(), 1u);
}

TEST_F(MaintenanceTest, PruneRemovesWhatWasNotUsedForLong) {
  auto store = open();
  Digest old = put_aged(*store, "old", 40);
  Digest kept = put_aged(*store, "old but kept", 40);
  Digest fresh = put_aged(*store, "fresh", 2);
  EXPECT_OK(store->set_state("seen", "y", "state"));
  PrunePolicy policy{.unused_for = 30 * k_day, .keep = {kept}, .dry_run = true};
  EXPECT_EQ(value(prune_store(*store, policy)).removed.size(), 1u);
  EXPECT_TRUE(store->has(old));
  policy.dry_run = false;
  PruneResult result = value(prune_store(*store, policy));
  ASSERT_EQ(result.removed.size(), 1u);
  EXPECT_EQ(result.removed[0].name, old.hex());
  EXPECT_EQ(result.removed_bytes, 3u);
  EXPECT_EQ(result.kept_bytes, 17u);
  EXPECT_FALSE(store->has(old));
  EXPECT_TRUE(store->has(kept));
  EXPECT_TRUE(store->has(fresh));
  EXPECT_EQ(value(store->state("seen", "y")), "state");
}

TEST_F(MaintenanceTest, PruneToASizeDropsTheLeastRecentlyUsedFirst) {
  auto store = open();
  Digest oldest = put_aged(*store, "1111", 30);
  Digest newer = put_aged(*store, "2222", 20);
  Digest newest = put_aged(*store, "3333", 10);
  EXPECT_OK(prune_store(*store, {.max_bytes = 8, .keep = {oldest}}));
  EXPECT_TRUE(store->has(oldest));
  EXPECT_FALSE(store->has(newer));
  EXPECT_TRUE(store->has(newest));
}

TEST_F(MaintenanceTest, PruneOfTheUnreferencedKeepsOnlyWhatIsNamed) {
  auto store = open();
  Digest kept = value(store->put("kept"));
  Digest other = value(store->put("other"));
  EXPECT_OK(prune_store(*store, {.unreferenced = true, .keep = {kept}}));
  EXPECT_TRUE(store->has(kept));
  EXPECT_FALSE(store->has(other));
}

TEST_F(MaintenanceTest, PruneNeedsTheStoreForItself) {
  auto store = open();
  auto other = open();
  auto pruned = prune_store(*store, {.max_bytes = 0});
  ASSERT_FALSE(pruned);
  EXPECT_NE(pruned.error().message.find("in use"), std::string::npos);
  other.reset();
  EXPECT_OK(prune_store(*store, {.max_bytes = 0}));
  EXPECT_OK(Store::open(root()));
}

}  // namespace
}  // namespace kiln
