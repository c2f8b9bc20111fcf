// SPDX-License-Identifier: Apache-2.0
//
// What remains of a log when the disk fails or the power is cut at every operation in turn: every
// promise that was given, and a log that goes on.
#include "scratch_log.hpp"
#include "support/fault_disk.hpp"
#include "support/shared_data.hpp"

#include <gtest/gtest.h>

namespace kiln::tlog {
namespace {

using testing::FaultDisk;
using testing::fresh_seed;
using testing::numbered;
using testing::ScratchLog;
using testing::value;

struct Promise {
  Appended added;
  std::string entry;
};

// Appends across the end of a tile, with the journal emptied on the way.
Result<> work(const LogPlace& place, SigningKey& key, std::vector<Promise>& promises) {
  Log log = TRY(Log::open(place, key));
  for (uint64_t batch : {3U, 1U, 5U}) {
    std::vector<std::string> entries = numbered(log.size(), batch);
    std::vector<Appended> added = TRY(log.append(entries));
    for (size_t i = 0; i < batch; ++i) promises.push_back({added[i], entries[i]});
    if (batch == 1) TRY(log.settle());
  }
  return {};
}

void expect_kept(Log& log, const std::vector<Promise>& promises) {
  Checkpoint now = log.checkpoint().checkpoint;
  std::vector<std::string> entries = value(log.entries(0, log.size()));
  for (const Promise& promise : promises) {
    Checkpoint then = value(SignedCheckpoint::parse(promise.added.checkpoint)).checkpoint;
    ASSERT_LE(then.size, now.size);
    EXPECT_EQ(entries[promise.added.index], promise.entry);
    EXPECT_OK(verify_consistency(then.size, then.root, now.size, now.root,
                                 value(log.consistency(then.size, now.size))));
    testing::expect_proven(value(log.prove(promise.added.index)), promise.entry, log.settings());
  }
}

// The log of a test beside whose tree a FaultDisk works.
struct Scene {
  ScratchLog scratch;
  FaultDisk disk{scratch.directory.path()};
  LogPlace place{.directory = scratch.place.directory, .disk = disk, .boot = "first"};

  Scene() { value(scratch.open().append(numbered(0, 250))); }
  Log reopen(std::string boot) {
    place.boot = std::move(boot);
    return value(Log::open(place, scratch.key));
  }
};

TEST(LogCrash, ADiskThatFailsOnceCostsNoPromise) {
  bool hit = true;
  for (size_t operation = 1; hit; ++operation) {
    Scene scene;
    std::vector<Promise> promises;
    scene.disk.fail_once(operation, ENOSPC);
    Result<> done = work(scene.place, scene.scratch.key, promises);
    hit = scene.disk.was_hit();
    EXPECT_EQ(done.has_value(), !hit) << operation;
    scene.disk.fail_once(0, 0);
    Log log = scene.reopen("first");
    expect_kept(log, promises);
    EXPECT_TRUE(log.append(numbered(log.size(), 4)));
  }
}

TEST(LogCrash, APowerCutCostsNoPromise) {
  std::mt19937_64 random(fresh_seed());
  for (FaultDisk::Loss loss :
       {FaultDisk::Loss::all, FaultDisk::Loss::bytes, FaultDisk::Loss::some_names}) {
    bool hit = true;
    for (size_t operation = 1; hit; ++operation) {
      Scene scene;
      std::vector<Promise> promises;
      scene.disk.cut_power(operation);
      Result<> done = work(scene.place, scene.scratch.key, promises);
      hit = scene.disk.was_hit();
      EXPECT_EQ(done.has_value(), !hit) << operation;
      scene.disk.lose(loss, random);
      {
        Log log = scene.reopen("second");
        expect_kept(log, promises);
        EXPECT_TRUE(log.append(numbered(log.size(), 4)));
      }
      Log log = scene.reopen("second");
      expect_kept(log, promises);
    }
  }
}

TEST(LogCrash, AKillBetweenJournalAndTreeIsFinishedByTheNextOpening) {
  ScratchLog scratch;
  Path directory = scratch.place.directory;
  value(scratch.open().append(numbered(0, 250)));
  Path before = scratch.directory.path() / "before";
  std::filesystem::copy(tree_of(directory), before, std::filesystem::copy_options::recursive);
  value(scratch.open().append(numbered(250, 20)));
  std::filesystem::remove_all(tree_of(directory));
  std::filesystem::rename(before, tree_of(directory));
  Log log = scratch.open();
  EXPECT_EQ(log.size(), 270U);
  EXPECT_EQ(value(SignedCheckpoint::parse(value(scratch.tiles()->checkpoint()))).checkpoint.size,
            270U);
  EXPECT_EQ(value(log.entries(0, 300)), numbered(0, 270));
}

TEST(LogCrash, AHalfWrittenJournalRecordWasNeverPromised) {
  ScratchLog scratch;
  value(scratch.open().append(numbered(0, 3)));
  Path journal = scratch.place.directory / "journal";
  std::string bytes = value(read_file(journal));
  for (std::string tail : {std::string(1, '\1'), std::string(200, '\0'), bytes.substr(19, 90)}) {
    value(write_file(journal, bytes + tail));
    EXPECT_EQ(scratch.open().size(), 3U);
    EXPECT_EQ(value(read_file(journal)), bytes);
  }
}

}  // namespace
}  // namespace kiln::tlog
