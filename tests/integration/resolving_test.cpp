// SPDX-License-Identifier: Apache-2.0
//
// What a definition asks for and the archive does not have: which message, which status.
#include "debian.hpp"

#include <fmt/format.h>

namespace kiln::testing {
namespace {

class Resolving : public Debian {};

TEST_F(Resolving, NamesANearMissOfAMissingPackage) {
  define("[helo]");
  expect_refused(5,
                 "kiln build: there is no package helo in the repositories of this image "
                 "(hello.yaml:7:14)");
  EXPECT_THAT(build().errors, ::testing::HasSubstr("\n  did you mean hello?\n"));
}

TEST_F(Resolving, NamesTheFileAsTheUserDid) {
  define_as("mine/hello.yaml", "[helo]", "");
  EXPECT_THAT(kiln({"build", "mine/hello.yaml", "-o", "out"}).errors,
              ::testing::HasSubstr("(mine/hello.yaml:7:14)"));
}

TEST_F(Resolving, NamesTheLineOfARepositoryThatIsNotThere) {
  for (std::string_view wrong : {"trixi main", "trixie nothing"}) {
    define(fmt::format("[hello]\n  repositories: ['deb {} {}']", server().url("/debian"), wrong));
    Ended run = kiln({"build", "hello.yaml", "-o", "out"});
    EXPECT_EQ(run.exit, 2) << run.errors;
    EXPECT_THAT(run.errors, ::testing::HasSubstr("using the repository of hello.yaml:8:18"));
    EXPECT_THAT(kiln({"lock", "hello.yaml"}).errors,
                ::testing::HasSubstr("using the repository of hello.yaml:8:18"));
  }
  define("[hello]\n  repositories: ['deb " + server().url("/debian") + " trixi main']");
  EXPECT_THAT(build().errors, ::testing::HasSubstr("does the archive have a suite of this name?"));
}

TEST_F(Resolving, SaysThatDebianHasNoVersionsThatBeginSo) {
  define("['hello~2.10']");
  expect_refused(5, "hello~2.10 is written as for an Alpine package (hello.yaml:7:14)");
  EXPECT_THAT(build().errors, ::testing::HasSubstr("here a version stands whole: hello=2.10-3\n"));
}

TEST_F(Resolving, APackageOfAnotherArchitectureIsMissing) {
  DebPackage only_arm{.name = "armtool", .architecture = "arm64"};
  packages().push_back(only_arm);
  publish();
  define("[armtool]");
  expect_refused(5, "there is no package armtool in the repositories of this image");
}

TEST_F(Resolving, NamesAMissingDependencyWithTheWayToIt) {
  packages().push_back({.name = "top", .fields = "Depends: libnowhere (>= 2)\n"});
  publish();
  define("[top]");
  expect_refused(5, "libnowhere (>= 2), which no package is or provides");
}

TEST_F(Resolving, NamesBothSidesOfAConflict) {
  packages().push_back({.name = "rival", .fields = "Conflicts: hello\n"});
  publish();
  define("[hello, rival]");
  expect_refused(5, "Conflicts: hello");
  std::string errors = build().errors;
  EXPECT_THAT(errors, ::testing::HasSubstr("hello.yaml:7:14"));
  EXPECT_THAT(errors, ::testing::HasSubstr("leave out one of the two"));
}

TEST_F(Resolving, APackageThatIsBothListedAndExcludedIsIn) {
  define("[hello, '!hello']");
  ASSERT_EQ(build().exit, 0);
  EXPECT_EQ(kiln({"explain", "out", "hello"}).exit, 0);
}

TEST_F(Resolving, LeavesOutAnExcludedDependency) {
  define("[hello, '!libhello']");
  ASSERT_EQ(build().exit, 0);
  Ended run = kiln({"explain", "out", "libhello"});
  EXPECT_EQ(run.exit, 1) << run.errors;
  EXPECT_EQ(run.output,
            "libhello is not in the image: the definition excludes libhello ('!libhello')\n");
}

TEST_F(Resolving, WarnsOfAnExclusionThatBreaksAListedProgram) {
  DebPackage curl{.name = "curl", .fields = "Depends: libc6, debconf\n"};
  curl.add("./").add("./usr/").add("./usr/bin/");
  curl.add("./usr/bin/hello", value(read_file("/bin/true")), 0755);  // needs libc.so.6
  packages().push_back(curl);
  DebPackage wget{.name = "wget", .fields = "Depends: debconf\n"};
  wget.add("./").add("./usr/").add("./usr/bin/");
  wget.add("./usr/bin/wget", value(read_file("/bin/true")), 0755);
  packages().push_back(wget);
  packages().push_back({.name = "libc6"});
  packages().push_back({.name = "debconf"});
  publish();
  define("[base-files, curl, '!libc6', '!debconf']");
  const std::string warning = "curl needs libc6, which '!libc6' keeps out";
  std::vector<std::string> amd64 = {"--platform", "linux/amd64"};
  Ended run = build(amd64);
  ASSERT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.output, ::testing::HasSubstr("    warning     " + warning + "\n"));
  EXPECT_THAT(run.output, ::testing::Not(::testing::HasSubstr("needs debconf")));
  EXPECT_THAT(build(amd64).output, ::testing::HasSubstr(warning));  // remembered
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--platform", "linux/amd64"}).exit, 0);
  EXPECT_THAT(value(read_file(place() / "hello.lock")),
              ::testing::HasSubstr("\"warnings\":[\"" + warning + "\"]"));
  configure("platforms: [linux/amd64]\n");
  EXPECT_THAT(kiln({"lint", "--deep", "hello.yaml"}).output, ::testing::HasSubstr(warning));

  // It lacks a library, which debconf would not bring.
  define("[base-files, wget, '!debconf']");
  EXPECT_THAT(build(amd64).output, ::testing::Not(::testing::HasSubstr("keeps out")));

  // Nothing in the image lacks anything: an exclusion that only maintainer scripts would notice.
  define("[base-files, hello, '!libhello']");
  EXPECT_THAT(build(amd64).output, ::testing::Not(::testing::HasSubstr("keeps out")));
}

TEST_F(Resolving, NamesThePolicyThatWouldAcceptAPin) {
  define("['hello=2.10-3+b7']");
  configure("pins: exact\n");
  Ended run = build();
  EXPECT_EQ(run.exit, 5) << run.errors;
  EXPECT_THAT(run.errors, ::testing::HasSubstr("there is no version of hello that is 2.10-3+b7"));
  EXPECT_THAT(run.errors, ::testing::HasSubstr("same-version"));
  run = build({"--pins", "same-version"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.output,
              ::testing::HasSubstr("warning     hello 2.10-3+b7 is not in the archives; 2.10-3 is "
                                   "taken (pins: same-version)"));
}

TEST_F(Resolving, NamesAPinThatNoPolicyButAnyAccepts) {
  define("['hello=9.9-1']");
  expect_refused(5, "any");
  Ended run = build({"--pins", "any"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.output, ::testing::HasSubstr("warning"));
}

}  // namespace
}  // namespace kiln::testing
