// SPDX-License-Identifier: Apache-2.0
#include "base/new_directory.hpp"

#include "support/result_matchers.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace kiln {
namespace {

using testing::value;
using enum NewDirectory::Replace;

class NewDirectories : public ::testing::Test {
 protected:
  Path place() const { return place_.path(); }
  std::vector<std::string> names() const { return value(list_directory(place())); }
  // What a killed process leaves: its lock went with it.
  Path leave(const std::string& name, mode_t mode = 0700) const {
    Path path = place() / name;
    value(make_directories(path / "made/bin"));
    value(write_file(path / "made/bin/x", "x"));
    ::chmod(path.c_str(), mode);
    return path;
  }

 private:
  TemporaryDirectory place_ = value(TemporaryDirectory::create());
};

TEST_F(NewDirectories, AppearWholeOrNotAtAll) {
  {
    NewDirectory made = value(NewDirectory::create(place() / "a/tree"));
    ASSERT_OK(write_file(made.path() / "x", "half"));
  }
  EXPECT_TRUE(value(list_directory(place() / "a")).empty());
  NewDirectory made = value(NewDirectory::create(place() / "tree"));
  ASSERT_OK(write_file(made.path() / "x", "whole"));
  ASSERT_OK(made.commit(nothing));
  EXPECT_EQ(value(read_file(place() / "tree/x")), "whole");
}

TEST_F(NewDirectories, TakeThePlaceOfAnotherOnlyWhenTold) {
  value(make_directories(place() / "tree/old"));
  {
    NewDirectory made = value(NewDirectory::create(place() / "tree"));
    EXPECT_FALSE(made.commit(nothing));
    ASSERT_OK(made.commit(present));
  }
  EXPECT_EQ(names(), std::vector<std::string>{"tree"});
  EXPECT_TRUE(value(list_directory(place() / "tree")).empty());
}

TEST_F(NewDirectories, RemoveWhatAKilledProcessLeft) {
  Path left = leave(".kiln-partial-a1B2c3");
  NewDirectory made = value(NewDirectory::create(place() / "tree"));
  EXPECT_FALSE(std::filesystem::exists(left));
}

TEST_F(NewDirectories, LeaveWhatOthersStillFillAndWhatIsNotTheirs) {
  NewDirectory other = value(NewDirectory::create(place() / "other"));
  std::vector<Path> not_ours = {leave("kiln-a1B2c3"), leave(".kiln-partial-a1B2c3", 0755),
                                leave(".kiln-partial-a1B2c3d"), leave(".kiln-partial")};
  std::filesystem::create_directory_symlink(not_ours[0], place() / ".kiln-partial-abcdef");
  NewDirectory made = value(NewDirectory::create(place() / "tree"));
  EXPECT_TRUE(std::filesystem::exists(other.path()));
  for (const Path& path : not_ours) EXPECT_TRUE(std::filesystem::exists(path / "made/bin/x"));
}

}  // namespace
}  // namespace kiln
