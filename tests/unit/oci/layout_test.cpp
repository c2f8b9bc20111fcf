// SPDX-License-Identifier: Apache-2.0
#include "oci/layout.hpp"

#include "oci/layout_lock.hpp"
#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"

#include <functional>
#include <thread>

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace kiln::oci {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LayoutTest : public ::testing::Test {
 protected:
  TemporaryDirectory directory_ = testing::value(TemporaryDirectory::create());
  Path path_ = directory_.path() / "out";

  static Content content_of(const std::string& text) {
    Content content;
    Manifest manifest;
    manifest.config = content.add(k_config_type, text);
    Descriptor descriptor = content.add(k_manifest_type, encode(manifest));
    content.list(descriptor, "latest");
    return content;
  }
};

TEST_F(LayoutTest, HoldsEveryBlobUnderItsDigest) {
  ASSERT_OK(write_layout(path_, content_of("{}")));
  EXPECT_THAT(testing::value(list_directory(path_)),
              ElementsAre("blobs", "index.json", "oci-layout"));
  Index index = testing::value(parse_index(testing::value(read_file(path_ / "index.json"))));
  ASSERT_EQ(index.manifests.size(), 1U);
  EXPECT_EQ(index.manifests[0].annotations[std::string(k_ref_name)], "latest");
  for (const std::string& name : testing::value(list_directory(path_ / "blobs" / "sha256")))
    EXPECT_EQ(sha256(testing::value(read_file(path_ / "blobs" / "sha256" / name))).hex(), name);
}

TEST_F(LayoutTest, LinksBlobsThatLieInFiles) {
  Path file = directory_.path() / "blob";
  ASSERT_OK(write_file(file, "bytes"));
  Content content;
  content.add_file(sha256("bytes"), 5, file);
  ASSERT_OK(write_layout(path_, content));
  struct stat original = {};
  struct stat linked = {};
  ASSERT_EQ(::stat(file.c_str(), &original), 0);
  ASSERT_EQ(::stat((path_ / "blobs/sha256" / sha256("bytes").hex()).c_str(), &linked), 0);
  EXPECT_EQ(original.st_ino, linked.st_ino);
}

TEST_F(LayoutTest, ReplacesAnOlderLayoutAsAWhole) {
  ASSERT_OK(write_layout(path_, content_of("{\"old\":1}")));
  ASSERT_OK(write_layout(path_.string() + "/", content_of("{}")));
  EXPECT_EQ(testing::value(list_directory(path_ / "blobs" / "sha256")).size(), 2U);
  EXPECT_THAT(testing::value(list_directory(directory_.path())), ElementsAre("out"));
}

TEST_F(LayoutTest, LeavesALayoutOfTheSameContentAlone) {
  Path file = directory_.path() / "blob";
  ASSERT_OK(write_file(file, "bytes"));
  Content content = content_of("{}");
  content.add_file(sha256("bytes"), 5, file);
  auto age = [&] {
    struct stat info = {};
    EXPECT_EQ(::stat((path_ / "index.json").c_str(), &info), 0);
    return info.st_ino;
  };
  ASSERT_OK(write_layout(path_, content));
  auto first = age();
  ASSERT_OK(write_layout(path_, content));
  EXPECT_EQ(age(), first);

  Path blobs = path_ / "blobs/sha256";
  const std::string ours = sha256("{}").hex();
  const std::vector<std::function<void()>> changes = {
      [&] {
        ASSERT_EQ(::chmod((blobs / ours).c_str(), 0644), 0);
        ASSERT_OK(write_file(blobs / ours, "[]"));
      },
      [&] { std::filesystem::remove(blobs / ours); },
      [&] { ASSERT_OK(write_file(blobs / sha256("more").hex(), "more")); },
      [&] { ASSERT_OK(write_file(path_ / "manifest.json", "[]")); },
      [&] {  // the same bytes, but no link to what has been verified
        std::filesystem::remove(blobs / sha256("bytes").hex());
        ASSERT_OK(write_file(blobs / sha256("bytes").hex(), "bytes"));
      }};
  for (size_t i = 0; i < changes.size(); ++i) {
    auto before = age();
    changes[i]();
    ASSERT_OK(write_layout(path_, content));
    EXPECT_NE(age(), before) << i;
    EXPECT_EQ(testing::value(read_file(blobs / ours)), "{}");
    EXPECT_EQ(testing::value(list_directory(blobs)).size(), 3U);
    EXPECT_EQ(testing::value(list_directory(path_)).size(), 3U);
  }
}

TEST_F(LayoutTest, RefusesToReplaceWhatIsNotALayout) {
  ASSERT_OK(make_directories(path_));
  ASSERT_OK(write_file(path_ / "thesis.txt", "years of work"));
  auto refused = write_layout(path_, content_of("{}"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::bad_input);
  EXPECT_THAT(refused.error().message, HasSubstr("thesis.txt"));
  EXPECT_EQ(testing::value(read_file(path_ / "thesis.txt")), "years of work");
}

TEST_F(LayoutTest, RefusesALayoutToWhichSomethingElseWasAdded) {
  ASSERT_OK(write_layout(path_, content_of("{}")));
  ASSERT_OK(write_file(path_ / "notes", "mine"));
  EXPECT_FALSE(write_layout(path_, content_of("{}")));
  EXPECT_OK(read_file(path_ / "notes"));
}

TEST_F(LayoutTest, LeavesNothingBehindWhenABlobIsNotWhatItShouldBe) {
  Path file = directory_.path() / "blob";
  ASSERT_OK(write_file(file, "short"));
  Content content;
  content.add_file(sha256("bytes"), 500, file);
  EXPECT_FALSE(write_layout(path_, content));
  EXPECT_THAT(testing::value(list_directory(directory_.path())), ElementsAre("blob"));
}

TEST_F(LayoutTest, WhatManyAddAtOnceIsThereInTheEnd) {
  ASSERT_OK(write_layout(path_, content_of("{}")));
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      EXPECT_OK(change_layout(path_, [&](Content& content) -> Result<> {
        content.list(content.add("application/x", std::to_string(i)), std::to_string(i));
        return {};
      }));
    });
  for (std::thread& thread : threads) thread.join();
  Index index = testing::value(parse_index(testing::value(read_file(path_ / "index.json"))));
  EXPECT_EQ(index.manifests.size(), 9U);
  EXPECT_THAT(testing::value(list_directory(path_)),
              ElementsAre("blobs", "index.json", "oci-layout"));
  EXPECT_THAT(testing::value(list_directory(directory_.path())), ElementsAre("out"));
}

TEST_F(LayoutTest, ALayoutThatAnotherChangesIsWaitedFor) {
  ASSERT_OK(write_layout(path_, content_of("{}")));
  Fd other = testing::value(lock_layout(path_));
  Result<Fd> refused = lock_layout(path_, std::chrono::milliseconds(20));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::io);
  EXPECT_THAT(refused.error().message, HasSubstr("another process is changing the layout"));
  other = Fd();
  EXPECT_OK(lock_layout(path_, std::chrono::milliseconds(20)));
}

TEST_F(LayoutTest, LeavesNothingBehindWhenItIsStopped) {
  for (int questions = 0; questions < 2; ++questions) {
    int left = questions;
    auto stopped = write_layout(path_, content_of("{}"), [&]() -> Result<> {
      if (left-- > 0) return {};
      return fail(ErrorCode::interrupted, "stopped on request");
    });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::interrupted);
    EXPECT_THAT(testing::value(list_directory(directory_.path())), IsEmpty());
  }
}

}  // namespace
}  // namespace kiln::oci
