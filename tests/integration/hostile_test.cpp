// SPDX-License-Identifier: Apache-2.0
//
// Packages that a trusted archive should never hold: nothing outside the output is touched, and
// what cannot be meant well is refused.
#include "debian.hpp"

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

TarEntry member(std::string path, TarType type, std::string link = {}) {
  TarEntry entry;
  entry.path = std::move(path);
  entry.type = type;
  entry.link = std::move(link);
  return entry;
}

class Hostile : public Debian {
 protected:
  void SetUp() override {
    Debian::SetUp();
    if (IsSkipped()) return;
    value(write_file(place() / "victim", "untouched"));
  }

  void ship(DebPackage evil) {
    evil.name = "evil";
    packages().push_back(std::move(evil));
    publish();
    define("[hello, evil]");
  }

  // The file on the mirror of a package that is all right, for a test to change.
  Path ship_small() {
    DebPackage small;
    small.add("./").add("./big", "x");
    ship(small);
    return www() / pool_path("evil").substr(1);
  }

  void expect_untouched() {
    EXPECT_EQ(value(read_file(place() / "victim")), "untouched");
    EXPECT_FALSE(is_there(place() / "0wned"));
    EXPECT_FALSE(is_there("/0wned"));
    EXPECT_FALSE(is_there("/tmp/0wned"));
  }

  void expect_refused_in_all_formats(const std::string& part) {
    expect_refused(3, part);
    expect_refused(3, part, {"--format", "dir"});
    expect_untouched();
  }
};

TEST_F(Hostile, APathThatClimbsOutIsRefused) {
  ship(DebPackage().add("./").add("./usr/../../../../../../../../tmp/0wned", "x"));
  expect_refused_in_all_formats("..");
}

TEST_F(Hostile, AnAbsolutePathStaysInside) {
  ship(DebPackage().add("/0wned", "x"));
  Ended run = build({"--format", "dir"});
  expect_untouched();
  if (run.exit == 0) {
    EXPECT_TRUE(is_there(place() / "out/0wned"));
  }
}

TEST_F(Hostile, AMemberBelowItsOwnLinkStaysInside) {
  ship(DebPackage()
           .add("./")
           .add_symlink("./opt", (place()).string())
           .add("./opt/0wned", "x")
           .add("./opt/victim", "overwritten"));
  build({"--format", "dir"});
  expect_untouched();
}

TEST_F(Hostile, AMemberBelowAnotherPackagesLinkStaysInside) {
  packages().push_back(DebPackage{.name = "linker"}.add("./").add_symlink("./opt", "../../../tmp"));
  ship(DebPackage{.fields = "Depends: linker\n"}.add("./").add("./opt/0wned", "x"));
  build({"--format", "dir"});
  expect_untouched();
}

TEST_F(Hostile, ALinkInPlaceOfADirectoryIsRefused) {
  ship(DebPackage{.fields = "Depends: base-files\n"}.add("./").add_symlink("./etc", "/tmp"));
  expect_refused_in_all_formats("/etc is a directory of");
}

TEST_F(Hostile, AHardLinkToTheOutsideIsRefused) {
  DebPackage evil;
  evil.add("./");
  evil.files.push_back({member("./usr", TarType::directory), {}});
  evil.files.push_back({member("./usr/passwd", TarType::hard_link, "../../../etc/passwd"), {}});
  ship(evil);
  expect_refused_in_all_formats("..");
}

TEST_F(Hostile, AHardLinkToWhatIsNotInThePackageIsRefused) {
  DebPackage evil;
  evil.add("./");
  evil.files.push_back({member("./passwd", TarType::hard_link, "/etc/passwd"), {}});
  ship(evil);
  expect_refused_in_all_formats("passwd");
}

TEST_F(Hostile, ADeviceIsLeftOutAndNamed) {
  DebPackage evil;
  evil.add("./").add("./dev/");
  TarEntry disk = member("./dev/sda", TarType::block_device);
  disk.device_major = 8;
  evil.files.push_back({disk, {}});
  ship(evil);
  Ended run = build({"--format", "dir"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("/dev/sda"));
  EXPECT_FALSE(is_there(place() / "out/dev/sda"));
}

TEST_F(Hostile, APackageThatIsShorterThanTheIndexSaysIsRefused) {
  Path file = ship_small();
  std::string bytes = value(read_file(file));
  value(write_file(file, bytes.substr(0, bytes.size() / 2)));
  expect_refused(3, "package evil 1.0 (amd64)");
}

TEST_F(Hostile, APackageThatIsLongerThanTheIndexSaysIsRefused) {
  Path file = ship_small();
  std::string bytes = value(read_file(file));
  value(write_file(file, bytes + "more"));
  expect_refused(3, fmt::format("more than {} bytes arrived", bytes.size()));
}

TEST_F(Hostile, AFileOfTwoPackagesIsRefusedWithBothNames) {
  ship(DebPackage().add("./").add("./usr/").add("./usr/bin/").add("./usr/bin/hello", "evil"));
  expect_refused_in_all_formats("/usr/bin/hello is in");
}

TEST_F(Hostile, APackageThatIsNotWhatTheIndexSaysIsRefused) {
  DebPackage evil{.name = "evil"};
  evil.control["control"] = "Package: hello\nVersion: 1.0\nArchitecture: amd64\n";
  ship(evil);
  EXPECT_EQ(build().exit, 3);
  EXPECT_FALSE(is_there(place() / "out"));
}

}  // namespace
}  // namespace kiln::testing
