// SPDX-License-Identifier: Apache-2.0
//
// The archives that tests build must be archives to Debian's own tools, too.
#include "support/deb_repository.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <gtest/gtest.h>

namespace kiln::packages::deb {
namespace {

TEST(TestRepository, PackagesAreReadByDpkgDeb) {
  NEED_TOOL("dpkg-deb");
  auto directory = testing::value(TemporaryDirectory::create());
  for (std::string compression : {"", "gz", "xz", "zst"}) {
    testing::DebPackage package{.name = "hello", .version = "1:2-3", .compression = compression};
    package.add("./").add("./usr/").add("./usr/hello", "hi").add_symlink("./usr/x", "hello");
    Path path = directory.path() / package.file_name();
    testing::value(write_file(path, deb_bytes(package)));
    auto run = testing::run_tool({"dpkg-deb", "--contents", path});
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_NE(run.output.find("./usr/x -> hello"), std::string::npos);
    EXPECT_EQ(testing::run_tool({"dpkg-deb", "--field", path, "Version"}).output, "1:2-3\n");
  }
}

TEST(TestRepository, IsInstallableFromForApt) {
  NEED_TOOL("apt-get");
  auto key = testing::GpgKey::make();
  if (!key) GTEST_SKIP() << "gpg is not installed";
  auto directory = testing::value(TemporaryDirectory::create("/tmp"));
  const Path root = directory.path();
  std::filesystem::permissions(root, std::filesystem::perms(0755));
  testing::DebRepository repository(root / "archive", {.suite = "trixie"});
  repository.add({.name = "a", .fields = "Depends: b\n"});
  repository.add({.name = "b", .architecture = "all"});
  repository.publish(*key);
  testing::value(write_file(root / "key.asc", key->public_key()));
  testing::value(write_file(root / "sources.list", "deb [signed-by=" + (root / "key.asc").string() +
                                                       "] file:" + (root / "archive").string() +
                                                       " trixie main\n"));
  testing::value(make_directories(root / "lists/partial"));
  testing::value(make_directories(root / "cache/archives/partial"));
  testing::value(write_file(root / "status", ""));
  std::vector<std::string> apt = {"apt-get",
                                  "-oDir::Etc::SourceList=" + (root / "sources.list").string(),
                                  "-oDir::Etc::SourceParts=/dev/null",
                                  "-oDir::State::Lists=" + (root / "lists").string(),
                                  "-oDir::State::Status=" + (root / "status").string(),
                                  "-oDir::Cache=" + (root / "cache").string(),
                                  "-oAPT::Architecture=amd64",
                                  "-oAPT::Architectures=amd64",
                                  "-oAPT::Sandbox::User="};
  auto with = [&](std::initializer_list<std::string> more) {
    std::vector<std::string> arguments = apt;
    arguments.insert(arguments.end(), more.begin(), more.end());
    return testing::run_tool(arguments);
  };
  auto update = with({"update"});
  ASSERT_EQ(update.exit_code, 0) << update.output << update.errors;
  auto install = with({"-s", "install", "a"});
  EXPECT_EQ(install.exit_code, 0) << install.errors;
  EXPECT_NE(install.output.find("Inst b"), std::string::npos) << install.output;
}

}  // namespace
}  // namespace kiln::packages::deb
