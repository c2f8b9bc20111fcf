// SPDX-License-Identifier: Apache-2.0
#include "oci/layout.hpp"

#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace kiln::oci {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

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

}  // namespace
}  // namespace kiln::oci
