// SPDX-License-Identifier: Apache-2.0
#include "store/store.hpp"

#include "store/layout.hpp"
#include "support/result_matchers.hpp"

#include <chrono>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace kiln {
namespace {

using testing::value;

class StoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<Store> open() { return value(Store::open(root(), {.clock = &clock_})); }
  Path root() const { return directory_.path() / "store"; }
  std::vector<std::string> leftovers() const {
    return value(list_directory(layout::temporaries(root())));
  }
  void damage(const Path& path) {
    std::string bytes = value(read_file(path));
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    EXPECT_OK(write_file(path, bytes));
  }

  FixedClock clock_{1'800'000'000};
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
};

TEST_F(StoreTest, IsNotMadeAmongTheFilesOfOthers) {
  for (const char* path : {"song.txt", "records/2020/song.txt", "blobs/x", "index.json"}) {
    Path file = root() / path;
    value(make_directories(file.parent_path()));
    value(write_file(file, "x"));
    Result<std::unique_ptr<Store>> opened = Store::open(root());
    ASSERT_FALSE(opened) << path;
    EXPECT_EQ(opened.error().code, ErrorCode::bad_input);
    EXPECT_EQ(value(list_directory(root())).size(), 1U) << path;
    value(remove_tree(root()));
  }
  value(make_directories(root() / "lost+found"));
  EXPECT_OK(Store::open(root()));
  EXPECT_FALSE(Store::open(""));
}

TEST_F(StoreTest, SaysThatTheDiskFailedWhereItsOwnDirectoriesAreGone) {
  auto store = open();
  value(remove_tree(layout::temporaries(root())));
  Result<Store::Writer> writer = store->writer();
  ASSERT_FALSE(writer);
  EXPECT_EQ(writer.error().code, ErrorCode::io);
}

TEST_F(StoreTest, GivesBackWhatWasPutAlsoAfterReopening) {
  Digest digest = value(open()->put("hello"));
  EXPECT_EQ(digest, sha256("hello"));
  auto store = open();
  EXPECT_TRUE(store->has(digest));
  EXPECT_EQ(value(store->map(digest, 5))->bytes(), "hello");
  EXPECT_EQ(store->path_of(digest), root() / "blobs/sha256" / digest.hex());
}

TEST_F(StoreTest, KeepsAnEmptyBlob) {
  auto store = open();
  EXPECT_EQ(value(store->map(value(store->put("")), 0))->bytes(), "");
}

TEST_F(StoreTest, AdoptsAFileAsALinkAndSeesWhenItIsEdited) {
  auto store = open();
  Path file = directory_.path() / "file";
  EXPECT_OK(write_file(file, "hello"));
  EXPECT_TRUE(value(store->adopt(sha256("hello"), file)));
  EXPECT_EQ(value(store->map(sha256("hello"), 5))->bytes(), "hello");
  EXPECT_TRUE(std::filesystem::equivalent(file, store->path_of(sha256("hello"))));
  EXPECT_TRUE(value(store->adopt(sha256("hello"), directory_.path() / "not-looked-for")));
  std::ofstream(file, std::ios::app) << "x";
  EXPECT_FALSE(store->has(sha256("hello")));
}

TEST_F(StoreTest, DoesNotAdoptWhatLiesOnAnotherFileSystem) {
  Result<TemporaryDirectory> elsewhere = TemporaryDirectory::create("/dev/shm");
  if (!elsewhere) GTEST_SKIP() << "there is no /dev/shm to write to";
  auto store = open();
  Path file = elsewhere->path() / "file";
  EXPECT_OK(write_file(file, "hello"));
  if (value(store->adopt(sha256("hello"), file)))
    GTEST_SKIP() << "the test's directory and /dev/shm are one file system";
  EXPECT_FALSE(store->has(sha256("hello")));
}

TEST_F(StoreTest, NamesAMissingBlob) {
  auto mapped = open()->map(sha256("x"));
  ASSERT_FALSE(mapped);
  EXPECT_EQ(mapped.error().code, ErrorCode::not_found);
  EXPECT_NE(mapped.error().message.find(sha256("x").str()), std::string::npos);
}

TEST_F(StoreTest, MapsABlobOnceAProcess) {
  auto store = open();
  Digest digest = value(store->put("once"));
  EXPECT_EQ(value(store->map(digest)), value(store->map(digest)));
}

TEST_F(StoreTest, RefusesABlobWhoseSizeIsNotTheExpectedOne) {
  auto store = open();
  Digest digest = value(store->put("hello"));
  auto mapped = store->map(digest, 6);
  ASSERT_FALSE(mapped);
  EXPECT_EQ(mapped.error().code, ErrorCode::corrupt);
}

TEST_F(StoreTest, PutReplacesATruncatedBlob) {
  auto store = open();
  Digest digest = value(store->put("hello"));
  std::filesystem::resize_file(store->path_of(digest), 2);
  EXPECT_OK(store->put("hello"));
  EXPECT_EQ(value(store->map(digest, 5))->bytes(), "hello");
}

TEST_F(StoreTest, WriterLeavesNothingWithoutCommit) {
  {
    auto store = open();
    auto writer = value(store->writer());
    EXPECT_OK(writer.write("half"));
  }
  EXPECT_TRUE(leftovers().empty());
  EXPECT_FALSE(open()->has(sha256("half")));
}

TEST_F(StoreTest, WriterRefusesOtherBytesThanExpected) {
  auto store = open();
  auto wrong_bytes = value(store->writer());
  EXPECT_OK(wrong_bytes.write("evil"));
  auto committed = wrong_bytes.commit_expecting(sha256("good"), 4);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::unverified);
  auto wrong_size = value(store->writer());
  EXPECT_OK(wrong_size.write("good"));
  EXPECT_FALSE(wrong_size.commit_expecting(sha256("good"), 5));
  EXPECT_FALSE(store->has(sha256("good")));
  EXPECT_FALSE(store->has(sha256("evil")));
  auto right = value(store->writer());
  EXPECT_OK(right.write("good"));
  EXPECT_OK(right.commit_expecting(sha256("good"), 4));
  EXPECT_TRUE(store->has(sha256("good")));
}

TEST_F(StoreTest, ThreadsMayPutAndMapTheSameBlobs) {
  auto store = open();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) {
        std::string bytes = "blob " + std::to_string(i);
        EXPECT_EQ(value(store->map(value(store->put(bytes))))->bytes(), bytes);
        EXPECT_OK(store->cache("kind", "key", bytes));
        EXPECT_NE(store->cached("kind", "key"), nullptr);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(StoreTest, TouchesABlobThatIsUsedAfterADay) {
  Digest digest = value(open()->put("old"));
  clock_ = FixedClock(1'800'000'000 + 86'400 * 3);
  auto store = open();
  EXPECT_OK(store->map(digest));
  struct stat info = {};
  ASSERT_EQ(::stat(store->path_of(digest).c_str(), &info), 0);
  EXPECT_EQ(info.st_mtim.tv_sec, clock_.now());
}

TEST_F(StoreTest, CachedRecordsComeBackUnlessDamaged) {
  auto store = open();
  EXPECT_EQ(store->cached("index", "a"), nullptr);
  EXPECT_OK(store->cache("index", "a", "payload"));
  auto record = store->cached("index", "a");
  ASSERT_NE(record, nullptr);
  EXPECT_EQ(record->bytes(), "payload");
  EXPECT_EQ(reinterpret_cast<uintptr_t>(record->bytes().data()) % 32, 0u);
  EXPECT_OK(store->cache("index", "a", ""));
  EXPECT_EQ(store->cached("index", "a")->bytes(), "");
  EXPECT_EQ(record->bytes(), "payload") << "a mapping outlives the record's replacement";

  EXPECT_OK(store->cache("index", "b", "payload"));
  Path path = root() / "records/index/b";
  damage(path);
  EXPECT_EQ(store->cached("index", "b"), nullptr);
  EXPECT_FALSE(std::filesystem::exists(path)) << "a damaged record is removed";
}

// Large records are summed once a start of the machine; see docs/formats/store.md.
class LargeRecord : public StoreTest {
 protected:
  LargeRecord() {
    EXPECT_OK(store_->cache("index", "large", std::string(2U << 20, 'x')));
    EXPECT_NE(store_->cached("index", "large"), nullptr) << "found whole, and marked";
  }
  void flip_a_byte() const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(1U << 20);
    file.put('y');
  }
  timespec time() const {
    struct stat info = {};
    EXPECT_EQ(::stat(path_.c_str(), &info), 0);
    return info.st_mtim;
  }
  void set_time(timespec time) const {
    timespec times[2] = {time, time};
    EXPECT_EQ(::utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);
  }

  std::unique_ptr<Store> store_ = open();
  Path path_ = root() / "records/index/large";
};

TEST_F(LargeRecord, IsSummedAgainWhenItsFileWasWritten) {
  flip_a_byte();
  EXPECT_EQ(store_->cached("index", "large"), nullptr);
}

TEST_F(LargeRecord, IsSummedAgainAfterAStartOfTheMachine) {
  timespec marked = time();
  flip_a_byte();
  set_time({marked.tv_sec, marked.tv_nsec == 1 ? 2 : marked.tv_nsec - 1});
  EXPECT_EQ(store_->cached("index", "large"), nullptr);
}

TEST_F(LargeRecord, StaysMarkedAsLongAsNobodyTouchesIt) {
  timespec marked = time();
  if (marked.tv_nsec == 0) GTEST_SKIP() << "the kernel does not name its start";
  EXPECT_NE(store_->cached("index", "large"), nullptr);
  EXPECT_EQ(time().tv_nsec, marked.tv_nsec);
  clock_ = FixedClock(clock_.now() + 86'400 * 3);
  EXPECT_NE(store_->cached("index", "large"), nullptr);
  EXPECT_EQ(time().tv_sec, clock_.now()) << "its last use is noted";
  EXPECT_EQ(time().tv_nsec, marked.tv_nsec);
}

TEST_F(StoreTest, ARecordUnderAnotherNameCountsAsDamaged) {
  auto store = open();
  EXPECT_OK(store->cache("index", "a", "payload"));
  std::filesystem::rename(root() / "records/index/a", root() / "records/index/b");
  EXPECT_EQ(store->cached("index", "b"), nullptr);
}

TEST_F(StoreTest, RefusesNamesThatAreNotPlain) {
  auto store = open();
  for (std::string_view name : {"", "..", ".hidden", "a/b", "A", "a b", "ä"}) {
    EXPECT_FALSE(store->cache("kind", name, "x")) << name;
    EXPECT_FALSE(store->set_state(name, "key", "x")) << name;
    EXPECT_EQ(store->cached("kind", name), nullptr) << name;
  }
}

TEST_F(StoreTest, StateComesBackAndDamageIsNeverAbsence) {
  {
    auto store = open();
    EXPECT_EQ(value(store->state("inrelease", "trixie")), std::nullopt);
    EXPECT_OK(store->set_state("inrelease", "trixie", "1"));
    EXPECT_OK(store->set_state("inrelease", "trixie", "2"));
  }
  auto store = open();
  EXPECT_EQ(value(store->state("inrelease", "trixie")), "2");
  damage(root() / "state/records/inrelease/trixie");
  auto state = store->state("inrelease", "trixie");
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().code, ErrorCode::corrupt);
}

TEST_F(StoreTest, UpdatesOfStateDoNotLoseEachOther) {
  auto store = open();
  auto other = open();
  auto add_one = [](const std::optional<std::string>& present) {
    return Result<std::optional<std::string>>(
        std::to_string(present ? std::stoi(*present) + 1 : 1));
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i)
        EXPECT_OK((t % 2 == 0 ? store : other)->update_state("counter", "n", add_one));
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(value(store->state("counter", "n")), "40");
}

TEST_F(StoreTest, OpenRemovesWhatADeadProcessLeftAndNothingElse) {
  auto alive = open();
  auto writer = value(alive->writer());
  EXPECT_OK(writer.write("still being written"));
  Path dead = layout::temporaries(root()) / "0123456789abcdef";
  EXPECT_OK(make_directories(dead));
  EXPECT_OK(write_file(dead / "1-0", "half"));
  auto other = open();
  EXPECT_FALSE(std::filesystem::exists(dead));
  EXPECT_OK(writer.commit());
}

TEST_F(StoreTest, RefusesAStoreOfAnotherFormat) {
  (void)open();
  for (const char* format : {"kiln store 1\n", "kiln store 9\n"}) {
    EXPECT_OK(write_file(root() / "format", format));
    auto store = Store::open(root());
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::unsupported);
  }
}

TEST(StoreLocation, FollowsTheOptionThenTheEnvironment) {
  std::map<std::string, std::string> environment{{"HOME", "/home/a"}};
  EXPECT_EQ(value(store_location(environment)).root, "/home/a/.cache/kiln");
  EXPECT_EQ(value(store_location(environment)).state, "/home/a/.local/state/kiln");
  environment["XDG_CACHE_HOME"] = "/c";
  environment["XDG_STATE_HOME"] = "relative, so ignored";
  EXPECT_EQ(value(store_location(environment)).root, "/c/kiln");
  EXPECT_EQ(value(store_location(environment)).state, "/home/a/.local/state/kiln");
  environment["KILN_STORE"] = "/k";
  EXPECT_EQ(value(store_location(environment)).state, "/k/state");
  EXPECT_EQ(value(store_location(environment, "/o")).root, "/o");
  EXPECT_FALSE(store_location({}));
}

TEST_F(StoreTest, ABlobThatWasEditedInPlaceIsNotThereAnyMore) {
  auto store = value(Store::open(root()));
  Digest digest = value(store->put("package"));
  Path link = root() / "link";
  std::filesystem::create_hard_link(store->path_of(digest), link);
  std::filesystem::permissions(link, std::filesystem::perms(0644));
  std::ofstream(link) << "PACKAGE";
  EXPECT_FALSE(store->has(digest));
  EXPECT_FALSE(store->map(digest));
  EXPECT_OK(store->put("package"));
  EXPECT_EQ(value(store->map(digest))->bytes(), "package");
}

// Holds the lock that whoever moves something to the quarantine takes.
class HeldQuarantine {
 public:
  explicit HeldQuarantine(const Path& root)
      : fd_(value(open_file(root / "quarantine", O_RDONLY | O_DIRECTORY))) {
    EXPECT_EQ(::flock(fd_.get(), LOCK_EX), 0);
  }

 private:
  Fd fd_;
};

TEST_F(StoreTest, ABlobThatAnotherProcessPutRightIsNotMovedAway) {
  auto store = open();
  Digest digest = value(store->put("package"));
  damage(store->path_of(digest));
  std::optional<HeldQuarantine> held(root());
  std::atomic<bool> is_there = false;
  std::thread other([&] { is_there = store->has(digest); });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));  // it has seen the damage by now
  EXPECT_OK(write_file(store->path_of(digest), "package"));
  held.reset();
  other.join();
  EXPECT_TRUE(is_there);
  EXPECT_EQ(value(store->map(digest))->bytes(), "package");
  EXPECT_TRUE(value(list_directory(root() / "quarantine")).empty());
}

TEST_F(StoreTest, ABlobThatCannotBeOpenedNowIsNotDamaged) {
  auto store = open();
  Digest digest = value(store->put("package"));
  timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 5}, {.tv_sec = 1000, .tv_nsec = 5}};
  ASSERT_EQ(::utimensat(AT_FDCWD, store->path_of(digest).c_str(), times, 0), 0);
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
  EXPECT_FALSE(store->has(digest));
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
  EXPECT_TRUE(store->has(digest));
  EXPECT_TRUE(value(list_directory(root() / "quarantine")).empty());
}

TEST_F(StoreTest, ABlobWhoseTimeChangedWithoutItsBytesStays) {
  auto store = value(Store::open(root()));
  Digest digest = value(store->put("package"));
  timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 5}, {.tv_sec = 1000, .tv_nsec = 5}};
  ASSERT_EQ(::utimensat(AT_FDCWD, store->path_of(digest).c_str(), times, 0), 0);
  EXPECT_TRUE(store->has(digest));
  EXPECT_EQ(value(store->map(digest))->bytes(), "package");
}

// What is kept without waiting for the disk.
class BlobInHaste : public StoreTest {
 protected:
  static constexpr std::string_view k_bytes = "a package";

  void SetUp() override {
    digest_ = value(open()->put(k_bytes, Durability::none));
    if (time().tv_nsec == 0) GTEST_SKIP() << "no mark can be set here, so it was made durable";
  }
  Path path() { return open()->path_of(digest_); }
  timespec time() {
    struct stat info = {};
    EXPECT_EQ(::stat(path().c_str(), &info), 0);
    return info.st_mtim;
  }
  void set_time(timespec time) {
    timespec times[2] = {time, time};
    EXPECT_EQ(::utimensat(AT_FDCWD, path().c_str(), times, 0), 0);
  }
  // The file has the mark of a start before this one.
  void start_anew(timespec time) {
    set_time({time.tv_sec, time.tv_nsec == 1 ? 2 : time.tv_nsec - 1});
  }

  Digest digest_;
};

TEST_F(BlobInHaste, IsThereAsItWasWritten) {
  EXPECT_TRUE(open()->has(digest_));
  EXPECT_EQ(value(open()->map(digest_, k_bytes.size()))->bytes(), k_bytes);
  EXPECT_NE(time().tv_nsec, 0) << "nobody knows whether the disk has it";
}

TEST_F(BlobInHaste, IsHashedAndMadeDurableAfterTheMachineStartedAnew) {
  start_anew(time());
  EXPECT_TRUE(open()->has(digest_));
  EXPECT_EQ(time().tv_nsec, 0);
}

TEST_F(BlobInHaste, CountsAsAbsentWhereAPowerCutToreIt) {
  timespec written = time();
  ASSERT_EQ(::truncate(path().c_str(), 3), 0);
  start_anew(written);
  auto store = open();
  EXPECT_FALSE(store->has(digest_));
  EXPECT_FALSE(store->map(digest_));
  EXPECT_EQ(value(list_directory(root() / "quarantine")).size(), 1U);
  Store::Writer writer = value(store->writer());
  EXPECT_OK(writer.write(k_bytes));
  EXPECT_OK(writer.commit_expecting(digest_, k_bytes.size(), Durability::none));
  EXPECT_EQ(value(store->map(digest_))->bytes(), k_bytes);
}

TEST_F(BlobInHaste, IsDurableOnceItIsPutSo) {
  EXPECT_EQ(value(open()->put(k_bytes)), digest_);
  EXPECT_EQ(time().tv_nsec, 0);
}

TEST_F(BlobInHaste, KeepsItsMarkWhenItsLastUseIsNoted) {
  timespec written = time();
  FixedClock later(clock_.now() + 3 * 86'400);
  EXPECT_OK(value(Store::open(root(), {.clock = &later}))->map(digest_));
  EXPECT_EQ(time().tv_sec, later.now());
  EXPECT_EQ(time().tv_nsec, written.tv_nsec);
}

}  // namespace
}  // namespace kiln
