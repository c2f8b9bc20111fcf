// SPDX-License-Identifier: Apache-2.0
//
// A dev image knows the archives that it was made from: apt itself reads what the image has.
#include "debian.hpp"
#include "support/tools.hpp"

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DevImages : public Debian {
 protected:
  // A further archive on the server, in a definition that also names one which a rewrite drops.
  void SetUp() override {
    Debian::SetUp();
    if (IsSkipped()) return;
    packages().push_back({.name = "apt"});
    publish();
    DebRepository more(www() / "more", {.suite = "stable"});
    more.add({.name = "extra", .version = "3.1"});
    more.publish(other_key());
    value(write_file(place() / "more.asc", other_key().public_key()));
    configure("rewrites: [{from: \"http://dropped.invalid/\", to: \"\"}]\n");
    define_dev();
  }

  void define_dev() {
    constexpr std::string_view k_text = R"(# syntax=dhi.io/build:2-debian13
name: Hello
image: example/hello
variant: dev
tags: ["1"]
contents:
  repositories:
    - 'deb [signed-by=/usr/share/keyrings/more.gpg] {0} stable main'
    - 'deb [signed-by=/usr/share/keyrings/dropped.gpg] http://dropped.invalid/deb stable main'
  keyring: [more.asc]
  packages: [apt, extra]
os-release: {{name: Debian GNU/Linux, id: debian, version-id: "13", version-codename: trixie}}
)";
    value(write_file(place() / "hello.yaml", fmt::format(k_text, server().url("/more"))));
  }

  std::string in_image(const std::string& path) const {
    return read_file(place() / "out" / path).value_or("(absent)");
  }

  // apt as the image configures it, with nothing of the host's; its keyrings are looked for in the
  // image's directory, as a chroot would.
  ToolRun apt(std::vector<std::string> words) {
    Path root = place() / "out";
    Path scratch = place() / "apt";
    value(make_directories(scratch / "lists/partial"));
    std::string sources = in_image("etc/apt/sources.list.d/definition.sources");
    size_t at = sources.find("Signed-By: ") + 11;
    value(write_file(scratch / "image.sources", sources.insert(at, root.string())));
    value(write_file(scratch / "status", ""));
    value(write_file(
        scratch / "apt.conf",
        fmt::format(
            "Dir::Etc::sourcelist \"{0}/image.sources\";\nDir::Etc::sourceparts \"/dev/null\";\n"
            "Dir::Etc::parts \"/dev/null\";\nDir::Etc::preferences \"/dev/null\";\n"
            "Dir::Etc::preferencesparts \"/dev/null\";\nDir::Etc::trusted \"/dev/null\";\n"
            "Dir::Etc::trustedparts \"/dev/null\";\nDir::State \"{0}\";\nDir::Cache \"{0}\";\n"
            "Dir::State::status \"{0}/status\";\nDir::Bin::dpkg \"/bin/false\";\n"
            "APT::Architecture \"amd64\";\nAPT::Architectures {{ \"amd64\"; }};\n"
            "APT::Sandbox::User \"root\";\nAcquire::Languages \"none\";\n",
            scratch.string())));
    return run_tool(std::move(words),
                    {"APT_CONFIG=" + (scratch / "apt.conf").string(), "LC_ALL=C"});
  }
};

TEST_F(DevImages, AptReadsTheDefinitionsRepositoriesAndKeys) {
  NEED_TOOL("apt-get");
  Ended run = build({"--format", "dir", "--platform", "linux/amd64"});
  ASSERT_EQ(run.exit, 0) << run.errors;
  ToolRun update = apt({"apt-get", "update"});
  EXPECT_EQ(update.exit_code, 0) << update.output << update.errors;
  EXPECT_THAT(update.errors, Not(HasSubstr("W:")));
  EXPECT_THAT(apt({"apt-cache", "policy", "extra"}).output, HasSubstr("Candidate: 3.1\n"));
}

TEST_F(DevImages, ARepositoryThatARewriteDroppedIsNotConfigured) {
  ASSERT_EQ(build({"--format", "dir", "--platform", "linux/amd64"}).exit, 0);
  EXPECT_EQ(in_image("etc/apt/sources.list.d/definition.sources"),
            fmt::format("Types: deb\nURIs: {}\nSuites: stable\nComponents: main\n"
                        "Signed-By: /usr/share/keyrings/more.gpg\n",
                        server().url("/more")));
  EXPECT_EQ(in_image("usr/share/keyrings/dropped.gpg"), "(absent)");
}

TEST_F(DevImages, ALockKeepsTheKeysAndMakesTheSameImage) {
  std::string fresh = digest({"--platform", "linux/amd64"});
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--platform", "linux/amd64"}).exit, 0);
  value(remove_tree(place() / "more.asc"));
  EXPECT_EQ(digest({"--platform", "linux/amd64", "--lock", "hello.lock"}), fresh);
}

TEST_F(DevImages, ALockIsCheckedForRepositoriesAndKeys) {
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--platform", "linux/amd64"}).exit, 0);
  std::vector<std::string> check = {"lock", "hello.yaml", "--platform", "linux/amd64", "--check"};
  EXPECT_EQ(kiln(check).exit, 0);
  std::string keys = value(read_file(place() / "more.asc"));
  value(write_file(place() / "more.asc", keys + "\n" + value(read_file(place() / "key.asc"))));
  Ended other_keys = kiln(check);
  EXPECT_EQ(other_keys.exit, 1) << other_keys.errors;
  EXPECT_THAT(other_keys.output, HasSubstr("repository key "));
}

}  // namespace
}  // namespace kiln::testing
