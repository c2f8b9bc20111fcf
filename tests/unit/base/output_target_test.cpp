// SPDX-License-Identifier: Apache-2.0
//
// Only devices and pipes that the tests made themselves are written to.
#include "base/output_target.hpp"

#include "support/result_matchers.hpp"

#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace kiln {
namespace {

using testing::value;
namespace fs = std::filesystem;

class OutputTargets : public ::testing::Test {
 protected:
  Path at(const std::string& name) const { return place_.path() / name; }
  std::string refusal(const std::string& name) const {
    Result<> written = write_file(at(name), "new");
    return written ? "no refusal" : written.error().str();
  }
  // Names in the directory: a temporary file that was left would be seen.
  size_t count() const { return value(list_directory(place_.path())).size(); }

 private:
  TemporaryDirectory place_ = value(TemporaryDirectory::create());
};

TEST_F(OutputTargets, ALinkStaysAndItsFileIsReplaced) {
  value(make_directories(at("below")));
  value(write_file(at("below/file"), "old"));
  fs::create_symlink("below/file", at("link"));
  ASSERT_OK(write_file(at("link"), "new"));
  EXPECT_TRUE(fs::is_symlink(at("link")));
  EXPECT_EQ(value(read_file(at("below/file"))), "new");
  EXPECT_EQ(value(list_directory(at("below"))).size(), 1U);
}

TEST_F(OutputTargets, APipeIsWrittenTo) {
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  std::string got;
  std::thread reader([&] { got = value(read_file(at("pipe"))); });
  ASSERT_OK(write_file(at("pipe"), "through"));
  reader.join();
  EXPECT_EQ(got, "through");
  EXPECT_TRUE(fs::is_fifo(at("pipe")));
}

TEST_F(OutputTargets, ADeviceStaysADevice) {
  if (::mknod(at("null").c_str(), S_IFCHR | 0600, ::makedev(1, 3)) != 0)
    GTEST_SKIP() << "only root makes devices";
  ASSERT_EQ(::mknod(at("disk").c_str(), S_IFBLK | 0600, ::makedev(7, 250)), 0);
  Result<> written = write_file(at("null"), "x");
  // Some file systems let nobody open devices.
  if (!written) {
    EXPECT_NE(written.error().str().find("cannot open"), std::string::npos);
  }
  EXPECT_TRUE(fs::is_character_file(at("null")));
  EXPECT_NE(refusal("disk").find("is a block device"), std::string::npos);
  EXPECT_TRUE(fs::is_block_file(at("disk")));
  EXPECT_EQ(count(), 2U);
}

TEST_F(OutputTargets, ALinkToNothingAndADirectoryAreRefused) {
  fs::create_symlink("nowhere", at("link"));
  EXPECT_NE(refusal("link").find("is a symbolic link to nowhere, which is not there"),
            std::string::npos);
  value(make_directories(at("directory")));
  EXPECT_NE(refusal("directory").find("is a directory"), std::string::npos);
  EXPECT_EQ(count(), 2U);
}

TEST_F(OutputTargets, AMissingDirectoryIsNamed) {
  EXPECT_EQ(refusal("no/file"), "cannot create " + at("no/file").string() +
                                    ": there is no directory " + at("no").string());
}

}  // namespace
}  // namespace kiln
