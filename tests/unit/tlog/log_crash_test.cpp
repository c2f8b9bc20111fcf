// SPDX-License-Identifier: Apache-2.0
//
// What remains of a log when the disk fails, the power is cut at every operation in turn, or its
// writer is killed: every promise that was given, and a log that goes on.
#include "scratch_log.hpp"
#include "support/fault_disk.hpp"
#include "support/shared_data.hpp"

#include <csignal>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

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

// Appends until it is killed, and tells through the pipe how many entries were acknowledged.
[[noreturn]] void append_for_ever(ScratchLog& scratch, int pipe) {
  while (true) {
    Result<Log> log = Log::open(scratch.place, scratch.key);
    if (!log) ::_exit(1);
    for (int i = 0; i < 40; ++i) {
      if (!log->append(numbered(log->size(), 7))) ::_exit(1);
      uint64_t size = log->size();
      if (::write(pipe, &size, sizeof size) != sizeof size) ::_exit(1);
    }
  }
}

TEST(LogCrash, AKilledWriterLosesNothingThatItAcknowledged) {
  std::mt19937_64 random(fresh_seed());
  ScratchLog scratch;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    pid_t child = ::fork();
    if (child == 0) append_for_ever(scratch, ends[1]);
    ::close(ends[1]);
    uint64_t acknowledged = 0;
    for (uint64_t left = 1 + random() % 100; left > 0; --left)
      ASSERT_EQ(::read(ends[0], &acknowledged, sizeof acknowledged), ssize_t{sizeof acknowledged});
    ::usleep(static_cast<useconds_t>(random() % 2000));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    uint64_t more = 0;
    while (::read(ends[0], &more, sizeof more) == ssize_t{sizeof more}) acknowledged = more;
    ::close(ends[0]);
    Log log = scratch.open();
    EXPECT_GE(log.size(), acknowledged);
    EXPECT_EQ(log.size() % 7, 0U);
    EXPECT_EQ(value(log.entries(0, log.size())), numbered(0, log.size()));
  }
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
