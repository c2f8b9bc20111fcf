// SPDX-License-Identifier: Apache-2.0
//
// What remains of a store when the disk fails, the power is cut or processes are killed, at every
// point in turn or at random ones: whole blobs, every promise that was acknowledged, and nothing
// that keeps the work from being done again.
#include "store/layout.hpp"
#include "store/maintenance.hpp"
#include "support/fault_disk.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <cerrno>
#include <csignal>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace kiln {
namespace {

using testing::FaultDisk;
using testing::fresh_seed;
using testing::value;

// A little of everything a run does with a store. What was acknowledged is noted, so that it can be
// looked for after the crash.
class Work {
 public:
  explicit Work(std::string name) : name_(std::move(name)) {}

  Result<> run(Store& store) {
    TRY(put(store, bytes(1)));
    Store::Writer writer = TRY(store.writer());
    TRY(writer.write(bytes(2).substr(0, 10)));
    TRY(writer.write(bytes(2).substr(10)));
    TRY(writer.commit_expecting(sha256(bytes(2)), bytes(2).size()));
    blobs_.push_back(bytes(2));
    TRY(store.cache(kind(), "record", bytes(3)));
    TRY(set_state(store, bytes(4)));
    TRY(set_state(store, bytes(5)));
    TRY(store.cache(kind(), "record", bytes(6)));
    TRY(put(store, bytes(1)));
    TRY(adopt(store, bytes(7)));
    TRY(store.put(in_haste(), Durability::none));
    return put(store, "");
  }

  void expect_promises_kept(Store& store) const {
    for (const std::string& blob : blobs_) EXPECT_EQ(value(store.map(sha256(blob)))->bytes(), blob);
    if (auto record = store.cached(kind(), "record")) {
      EXPECT_TRUE(record->bytes() == bytes(3) || record->bytes() == bytes(6));
    }
    if (auto blob = store.map(sha256(in_haste()))) {
      EXPECT_EQ((*blob)->bytes(), in_haste());
    }
    auto state = value(store.state(kind(), "state"));
    EXPECT_TRUE(state == state_ || (tried_ && state == tried_)) << state.value_or("(none)");
  }

  // Promised to nobody: after a power cut it may be torn.
  std::string in_haste() const { return bytes(8); }

 private:
  std::string bytes(int number) const {
    return fmt::format("{}: {} bytes of content that is longer than one word", name_, number);
  }
  std::string kind() const { return "work-" + name_; }

  Result<> put(Store& store, const std::string& blob) {
    TRY(store.put(blob));
    blobs_.push_back(blob);
    return {};
  }

  // Promises nothing: after the crash the blob is whole or not there.
  Result<> adopt(Store& store, const std::string& blob) {
    TemporaryDirectory place = TRY(TemporaryDirectory::create(store.location().root.parent_path()));
    TRY(write_file(place.path() / "blob", blob));
    TRY(store.adopt(sha256(blob), place.path() / "blob"));
    return {};
  }

  Result<> set_state(Store& store, const std::string& text) {
    tried_ = text;
    TRY(store.set_state(kind(), "state", text));
    state_ = text;
    return {};
  }

  std::string name_;
  std::vector<std::string> blobs_;
  std::optional<std::string> state_;
  std::optional<std::string> tried_;
};

class CrashTest : public ::testing::Test {
 protected:
  Path root() const { return directory_.path() / "store"; }

  // Blobs and state are whole; a torn record, or blob that was put in haste, may be there, and
  // counts as absent.
  void expect_whole(Store& store, const std::string& in_haste) {
    for (const StoreEntry& entry : value(verify_store(store, 1)).bad)
      EXPECT_TRUE(entry.area == StoreArea::record || entry.name == sha256(in_haste).hex())
          << entry.str();
    EXPECT_TRUE(value(verify_store(store, 1)).bad.empty());
  }

  void expect_no_leftovers() {
    (void)value(Store::open(root()));
    EXPECT_TRUE(value(list_directory(layout::temporaries(root()))).empty());
    EXPECT_TRUE(value(list_directory(layout::temporaries(root() / "state"))).empty());
  }

  // Works on a store whose power is cut at one operation; false when that was never reached.
  bool survive_power_cut(size_t operation, FaultDisk::Loss loss, std::mt19937_64& random) {
    SCOPED_TRACE(fmt::format("power cut at operation {}, loss {}", operation, int(loss)));
    Work work(fmt::format("{}-{}", operation, int(loss)));
    FaultDisk disk(directory_.path());
    disk.cut_power(operation);
    if (auto store = Store::open(root(), {.disk = &disk})) (void)work.run(**store);
    bool hit = disk.was_hit();
    disk.lose(loss, random);
    {
      auto store = value(Store::open(root()));
      work.expect_promises_kept(*store);
      expect_whole(*store, work.in_haste());
      EXPECT_OK(work.run(*store));
      work.expect_promises_kept(*store);
    }
    expect_no_leftovers();
    return hit;
  }

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
};

TEST_F(CrashTest, APowerCutAtAnyPointLosesNothingThatWasAcknowledged) {
  std::mt19937_64 random(fresh_seed());
  (void)value(Store::open(root()));
  for (auto loss : {FaultDisk::Loss::all, FaultDisk::Loss::bytes, FaultDisk::Loss::some_names}) {
    size_t operation = 1;
    while (survive_power_cut(operation, loss, random) && !HasFailure()) ++operation;
    EXPECT_GT(operation, 30u) << "the work is long enough to mean something";
  }
}

TEST_F(CrashTest, APowerCutWhileTheStoreIsMadeLeavesOneThatCanBeMade) {
  std::mt19937_64 random(fresh_seed());
  for (auto loss : {FaultDisk::Loss::all, FaultDisk::Loss::bytes, FaultDisk::Loss::some_names}) {
    for (size_t operation : {1, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 30}) {
      ASSERT_OK(remove_tree(root()));
      survive_power_cut(operation, loss, random);
    }
  }
}

TEST_F(CrashTest, AFailedOperationIsAnErrorAndTheStoreStaysUsable) {
  (void)value(Store::open(root()));
  bool hit = true;
  for (size_t operation = 1; hit && !HasFailure(); ++operation) {
    SCOPED_TRACE(fmt::format("operation {} fails", operation));
    Work work(std::to_string(operation));
    FaultDisk disk(directory_.path());
    {
      auto store = value(Store::open(root(), {.disk = &disk}));
      disk.fail_once(operation, operation % 2 == 0 ? ENOSPC : EIO);
      auto done = work.run(*store);
      hit = disk.was_hit();
      disk.fail_once(0, 0);
      if (!done) {
        EXPECT_EQ(done.error().code, ErrorCode::io);
        EXPECT_EQ(done.error().hint.empty(), operation % 2 != 0) << "a full disk has a hint";
      }
      work.expect_promises_kept(*store);
      EXPECT_OK(work.run(*store));
      work.expect_promises_kept(*store);
      EXPECT_TRUE(value(verify_store(*store, 1)).bad.empty());
    }
    expect_no_leftovers();
  }
}

// Counts upwards in the store's state and puts blobs that other processes put as well, for ever.
[[noreturn]] void work_until_killed(const Path& root, std::atomic<int>& acknowledged,
                                    uint64_t seed) {
  std::mt19937_64 random(seed);
  while (true) {
    auto store = value(Store::open(root));
    for (int i = 0; i < 20; ++i) {
      std::string bytes(random() % 100'000, static_cast<char>('a' + random() % 8));
      if (!store->put(bytes) || !store->cache("kind", "key", bytes)) ::_exit(1);
      int now = 0;
      auto counted = store->update_state("counter", "n", [&](const auto& present) {
        now = present ? std::stoi(*present) + 1 : 1;
        return Result<std::optional<std::string>>(std::to_string(now));
      });
      if (!counted) ::_exit(1);
      int before = acknowledged;
      while (before < now && !acknowledged.compare_exchange_weak(before, now)) {
      }
    }
  }
}

TEST_F(CrashTest, KilledProcessesLeaveAWholeStore) {
  std::mt19937_64 random(fresh_seed());
  void* shared = ::mmap(nullptr, sizeof(std::atomic<int>), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(shared, MAP_FAILED);
  auto& acknowledged = *new (shared) std::atomic<int>(0);
  for (int round = 0; round < 12; ++round) {
    std::vector<pid_t> children;
    for (int i = 0; i < 3; ++i) {
      uint64_t seed = random();
      pid_t child = ::fork();
      if (child == 0) work_until_killed(root(), acknowledged, seed);
      children.push_back(child);
    }
    for (pid_t child : children) {
      ::usleep(static_cast<useconds_t>(random() % 40'000));
      ::kill(child, SIGKILL);
      int status = 0;
      ::waitpid(child, &status, 0);
      EXPECT_TRUE(WIFSIGNALED(status)) << "a process met an error";
    }
    auto store = value(Store::open(root()));
    EXPECT_TRUE(value(verify_store(*store, 2)).bad.empty());
    auto counted = value(store->state("counter", "n"));
    EXPECT_GE(counted ? std::stoi(*counted) : 0, acknowledged.load());
  }
  EXPECT_GT(acknowledged.load(), 0) << "the processes came to do something";
  expect_no_leftovers();
  ::munmap(shared, sizeof(std::atomic<int>));
}

}  // namespace
}  // namespace kiln
