// SPDX-License-Identifier: Apache-2.0
//
// Disks that are full, rotten or forbidden.
#include "crypto/digest.hpp"
#include "debian.hpp"
#include "support/tools.hpp"

#include <fstream>
#include <random>

#include <sys/mount.h>
#include <unistd.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

// A file system of a fixed size that goes with its owner.
class SmallDisk {
 public:
  SmallDisk(Path place, const std::string& size) : place_(std::move(place)) {
    value(make_directories(place_));
    mounted_ = ::mount("kiln-test", place_.c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(place_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }

 private:
  Path place_;
  bool mounted_ = false;
};

class FailingDisk : public Debian {
 protected:
  void ship_noise(size_t bytes) {
    std::mt19937 random(1);
    std::string noise;
    while (noise.size() < bytes) noise += static_cast<char>(random());
    packages().push_back(DebPackage{.name = "noise"}.add("./").add("./noise", noise));
    publish();
    define("[hello, noise]");
  }
};

TEST_F(FailingDisk, AnEditOfALayoutInPlaceDoesNotReachTheNextImage) {
  std::string whole = digest({"--platform", "linux/amd64"});
  size_t edited = 0;
  for (const auto& blob : std::filesystem::directory_iterator(place() / "image-1/blobs/sha256")) {
    if (std::filesystem::hard_link_count(blob) < 2) continue;
    std::filesystem::permissions(blob, std::filesystem::perms(0644));
    std::fstream file(blob.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(20);
    file.put('!');
    ++edited;
  }
  ASSERT_GT(edited, 0U);
  EXPECT_EQ(digest({"--platform", "linux/amd64"}), whole);
  for (const auto& blob : std::filesystem::directory_iterator(place() / "image-2/blobs/sha256"))
    EXPECT_EQ(sha256(value(read_file(blob))).hex(), blob.path().filename().string());
  expect_store_whole();
}

TEST_F(FailingDisk, AFullStoreEndsTheBuildAndNothingElse) {
  ship_noise(3U << 20);
  std::string whole = digest();
  forget_store();
  SmallDisk disk(store(), "2m");
  if (!disk.mounted()) GTEST_SKIP() << "a small disk cannot be mounted here";
  Ended run = build();
  EXPECT_EQ(run.exit, 4) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("No space left on device"));
  EXPECT_FALSE(is_there(place() / "out"));
  expect_store_whole();
  ASSERT_EQ(::mount("kiln-test", store().c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0);
  EXPECT_EQ(digest(), whole);
}

TEST_F(FailingDisk, AFullOutputLeavesNothingThere) {
  ship_noise(3U << 20);
  SmallDisk disk(place() / "small", "1m");
  if (!disk.mounted()) GTEST_SKIP() << "a small disk cannot be mounted here";
  for (std::string format : {"oci", "docker", "dir", "tar"}) {
    Ended run = kiln({"build", "hello.yaml", "-o", "small/out", "--format", format});
    EXPECT_EQ(run.exit, 4) << run.errors;
    EXPECT_THAT(run.errors, HasSubstr("No space left on device"));
    EXPECT_THAT(value(list_directory(place() / "small")), ::testing::IsEmpty()) << format;
  }
}

TEST_F(FailingDisk, RottenBlobsAreNamedAndMadeAgain) {
  std::string before = digest();
  size_t spoilt = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store() / "blobs", {})) {
    if (!entry.is_regular_file()) continue;
    std::string bytes = value(read_file(entry.path()));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
    value(write_file(entry.path(), bytes));
    ++spoilt;
  }
  Ended verify = kiln({"store", "verify"});
  EXPECT_EQ(verify.exit, 1) << verify.errors;
  size_t named = 0;
  for (size_t at = 0; (at = verify.output.find("damaged: ", at)) != std::string::npos; ++at)
    ++named;
  EXPECT_EQ(named, spoilt);
  expect_store_whole();
  EXPECT_EQ(digest(), before);
}

TEST_F(FailingDisk, RottenRecordsAreMadeAgain) {
  std::string before = digest();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(store() / "records", {})) {
    if (!entry.is_regular_file()) continue;
    std::string bytes = value(read_file(entry.path()));
    bytes.back() = static_cast<char>(bytes.back() ^ 4);
    value(write_file(entry.path(), bytes));
  }
  EXPECT_EQ(digest(), before);
  expect_store_whole();
}

TEST_F(FailingDisk, AStoreThatCannotBeWrittenIsNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  NEED_TOOL("setpriv");
  value(make_directories(store()));
  Ended run =
      build({}, {.before = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}});
  EXPECT_EQ(run.exit, 2) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr(store().string()));
  EXPECT_THAT(run.errors, HasSubstr("Permission denied"));
  EXPECT_FALSE(is_there(place() / "out"));
}

TEST_F(FailingDisk, AFileThatMayNotBeReadOrWrittenIsAMistakeInEveryCommand) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  NEED_TOOL("setpriv");
  RunOptions nobody{.before = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}};
  std::filesystem::permissions(place(), std::filesystem::perms(0755));
  value(write_file(place() / "secret", "x"));
  std::filesystem::permissions(place() / "secret", std::filesystem::perms(0600));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"policy", "check", "secret"},
        {"verify", "secret"},
        {"inspect", "secret"},
        {"explain", "secret", "x"},
        {"build", "hello.yaml", "--lock", "secret", "--no-evidence"},
        {"key", "import", "secret", "--keys", "ring"},
        {"completion", "bash", "--config", "secret"}}) {
    Ended run = kiln(words, nobody);
    EXPECT_EQ(run.exit, 2) << words[0] << run.errors;
    EXPECT_THAT(run.errors, HasSubstr("secret")) << words[0];
    EXPECT_THAT(run.errors, HasSubstr("Permission denied")) << words[0];
  }
  // What else is wrong is not taken for the mistake that was shown.
  Ended run = kiln({"build", "secret", "hello.yaml", "-k", "-o", "out", "--no-evidence"}, nobody);
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr(store().string()));
}

TEST_F(FailingDisk, WhatIsInTheWayIsNotReplaced) {
  value(make_directories(place() / "out"));
  value(write_file(place() / "out/precious", "p"));
  Ended run = build();
  EXPECT_EQ(run.exit, 2) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("out holds precious"));
  EXPECT_EQ(value(list_directory(place() / "out")), std::vector<std::string>{"precious"});
}

TEST_F(FailingDisk, ALayoutIsReplacedByANewOne) {
  ASSERT_EQ(build().exit, 0);
  packages()[2].version = "2.10-4";
  publish();
  ASSERT_EQ(build().exit, 0);
  EXPECT_THAT(kiln({"inspect", "out"}).output, HasSubstr("hello 2.10-4"));
}

}  // namespace
}  // namespace kiln::testing
