// SPDX-License-Identifier: Apache-2.0
//
// Runs over several definitions of which some are wrong: all of it is said, and with --keep-going
// the others are built.
#include "debian.hpp"

#include <map>

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Many : public Debian {
 protected:
  void SetUp() override {
    Debian::SetUp();
    if (IsSkipped()) return;
    define_as("catalog/image/good/debian-13/1.yaml", "[hello]", "");
    define_as("catalog/image/helo/debian-13/1.yaml", "[helo]", "");
    define_as("catalog/image/many/debian-13/1.yaml", "[wrold, hello, libhelo]", "");
  }

  // A chart, which is a definition that no image is built from.
  void define_chart(const std::string& file) {
    Path path = place() / file;
    value(make_directories(path.parent_path()));
    value(write_file(path,
                     "# syntax=dhi.io/build:2-debian13\nname: Chart\nimage: example/hello-chart\n"
                     "variant: helm\ntags: [\"1\"]\n"));
  }
};

TEST_F(Many, AllThatIsWrongIsSaidAndNothingIsBuilt) {
  Ended run = kiln({"build", "catalog", "-o", "out"});
  EXPECT_EQ(run.exit, 5) << run.output;
  for (const char* part :
       {"catalog/image/helo/debian-13/1.yaml:7:14: error: there is no package helo",
        "catalog/image/many/debian-13/1.yaml:7:", "there is no package wrold",
        "there is no package libhelo", "did you mean hello?", "2 of 3 definitions cannot be built",
        "--keep-going builds the others"})
    EXPECT_THAT(run.errors, HasSubstr(part));
  EXPECT_FALSE(is_there(place() / "out"));

  Json json = parse(kiln({"build", "catalog", "-o", "out", "--json"}));
  EXPECT_EQ(value(json.get_string("schema")), "kiln.error/1");
  std::map<std::string, size_t> told;
  for (const Json& one : *value(json.get_array("diagnostics")))
    ++told[value(one.get_string("severity"))];
  EXPECT_EQ(told["error"], 2U);
  EXPECT_EQ(told["warning"], 2U) << "all three are called example/hello:1";
}

TEST_F(Many, KeepGoingBuildsTheOthers) {
  value(write_file(place() / "catalog/image/bad.yaml",
                   "# syntax=dhi.io/build:2-debian13\nname: x\n"));
  Ended run = kiln({"build", "catalog", "-o", "out", "-k"});
  EXPECT_EQ(run.exit, 2) << run.output << run.errors;
  EXPECT_THAT(run.output, HasSubstr("1 image in"));
  EXPECT_THAT(run.output, HasSubstr("3 of 4 definitions could not be built"));
  EXPECT_THAT(run.errors, HasSubstr("there is no package helo"));
  EXPECT_THAT(run.errors, HasSubstr("bad.yaml"));
  EXPECT_TRUE(is_there(place() / "out/image/good/debian-13/1/oci-layout"));

  Json json = parse(kiln({"build", "catalog", "-o", "out", "--keep-going", "--json"}));
  EXPECT_EQ(value(json.get_string("schema")), "kiln.build/1");
  EXPECT_EQ(value(json.get_array("images"))->size(), 1U);
  EXPECT_EQ(value(json.get_int("not_built")), 3);
}

TEST_F(Many, KeepGoingPassesOverWhatFailsWhenItIsMade) {
  define_as("catalog/image/many/debian-13/1.yaml", "[hello]",
            "paths: [{type: file, path: /usr/bin, content: x}]");
  value(remove_tree(place() / "catalog/image/helo"));
  Ended run = kiln({"build", "catalog", "-o", "out", "--keep-going"});
  EXPECT_NE(run.exit, 0);
  EXPECT_THAT(run.output, HasSubstr("1 of 2 definitions could not be built"));
  EXPECT_THAT(run.errors, HasSubstr("catalog/image/many/debian-13/1.yaml:15:"));
  EXPECT_TRUE(is_there(place() / "out/image/good/debian-13/1/oci-layout"));
}

TEST_F(Many, AChartInADirectoryIsPassedOver) {
  value(remove_tree(place() / "catalog/image/helo"));
  value(remove_tree(place() / "catalog/image/many"));
  define_as("catalog/image/good/debian-13/2.yaml", "[hello]", "");
  define_chart("catalog/chart/hello.yaml");
  Ended run = kiln({"build", "catalog", "-o", "out"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("passed over 1 definition"));
  value(write_file(place() / "catalog/image/good/debian-13/9.yaml", "# sytnax=x\nname: x\n"));
  EXPECT_THAT(kiln({"build", "catalog", "-o", "out"}).errors, HasSubstr("1 file passed over"));
  EXPECT_THAT(run.output, HasSubstr("2 images in"));
  run = kiln({"build", "catalog/chart/hello.yaml", "-o", "chart"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("cannot do `chart`"));
}

TEST_F(Many, DeepLintFindsWrongNamesAndGoesOn) {
  define_as("catalog/image/good/debian-13/1.yaml", "[libhello]", "");
  Ended run = kiln({"lint", "--deep", "catalog"});
  EXPECT_EQ(run.exit, 1) << run.errors;
  for (const char* part :
       {"catalog/image/helo/debian-13/1.yaml:7:14: error: there is no package helo",
        "catalog/image/many/debian-13/1.yaml:7:", "there is no package libhelo",
        "image/good/debian-13/1.yaml:14:"})  // the entrypoint is in another package
    EXPECT_THAT(run.output, HasSubstr(part));
}

TEST_F(Many, DeepLintSaysHowManyItCouldNotUnpack) {
  value(remove_tree(place() / "catalog/image/helo"));
  value(remove_tree(place() / "catalog/image/many"));
  define_chart("catalog/chart/hello.yaml");
  EXPECT_THAT(kiln({"lint", "--deep", "catalog"}).output, HasSubstr("1 definition not unpacked"));
  EXPECT_THAT(kiln({"lint", "catalog"}).output, Not(HasSubstr("not unpacked")));
}

TEST_F(Many, DeepLintThatCannotGoOnShowsWhatItFound) {
  define_as("catalog/image/bad/debian-13/1.yaml", "[hello]", "entrypiont: [x]");
  value(write_file(place() / "kiln.yaml", "mirrors: [http://127.0.0.1:1/]\n"));
  Ended run = kiln({"lint", "--deep", "catalog"});
  EXPECT_EQ(run.exit, 4) << run.output;
  EXPECT_THAT(run.errors, HasSubstr("entrypiont"));
}

TEST_F(Many, LintCountsAnInfoFileOnceAndSaysWhatItPassedOver) {
  value(write_file(place() / "info.yaml", "name: Hello\n"));
  Ended run = kiln({"lint", "info.yaml"});
  EXPECT_THAT(run.output, HasSubstr("1 file, "));
  EXPECT_THAT(run.output, Not(HasSubstr("syntax")));
  value(write_file(place() / "catalog/image/values.yaml", "a: 1\n"));
  value(write_file(place() / "catalog/image/other.yml", "# syntax=dhi.io/build:2-debian13\n"));
  value(write_file(place() / "catalog/image/info.yaml", "name: Hello\n"));
  run = kiln({"lint", "catalog"});
  EXPECT_THAT(run.output, HasSubstr("2 files passed over, such as catalog/image/other.yml: "));
}

TEST_F(Many, TheConfigurationsPlatformCountsWhenTheDefinitionNamesNone) {
  configure("platforms: [linux/arm64]\n");
  EXPECT_THAT(build().output, HasSubstr("linux/arm64"));
  configure("platforms: [linux/s390x]\n");
  EXPECT_THAT(build().errors, Not(HasSubstr("is not built for")));
}

// Wrong words are told from broken files.
class WrongWords : public Debian {};

TEST_F(WrongWords, ADefinitionIsNoImageAndNoLock) {
  for (const char* command : {"inspect", "sbom"}) {
    Ended run = kiln({command, "hello.yaml"});
    EXPECT_EQ(run.exit, 2) << command;
    EXPECT_THAT(run.errors, HasSubstr("hello.yaml is no image"));
    EXPECT_THAT(run.errors, HasSubstr("a definition becomes one by `kiln build`"));
  }
  expect_refused(2, "hello.yaml is no lock", {"--lock", "hello.yaml"});
}

TEST_F(WrongWords, AKeyringWithoutKeysIsNamed) {
  expect_refused(2, "hello.yaml holds no OpenPGP public key", {"--keyring", "hello.yaml"});
}

TEST_F(WrongWords, AHostThatIsNotFoundIsTheDefinitions) {
  define("[hello]\n  repositories: ['deb http://nowhere.invalid/debian stable main']");
  expect_refused(4, "--rewrite http://nowhere.invalid/debian= leaves this repository");
}

TEST_F(WrongWords, APathThatCannotBeAppliedHasItsLine) {
  define("[hello]", "paths: [{type: file, path: /usr/bin, content: x}]");
  expect_refused(2, "of hello.yaml:15:9");
}

TEST_F(WrongWords, ExplainTakesASlashForAPathAndNoVersion) {
  ASSERT_EQ(build().exit, 0);
  EXPECT_THAT(kiln({"explain", "out", "usr/bin/hello"}).output, HasSubstr("package hello"));
  Ended run = kiln({"explain", "out", "hello=2"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("name it without a version: hello"));
}

TEST_F(WrongWords, NothingIsNoName) {
  for (std::vector<std::string> words : {std::vector<std::string>{"build", "hello.yaml", "-o", ""},
                                         {"build", ""},
                                         {"copy", "out", ""},
                                         {"store", "where", "--store", ""},
                                         {"verify", "out", "--log="}}) {
    Ended run = kiln(words);
    EXPECT_EQ(run.exit, 2) << run.errors;
    EXPECT_THAT(run.errors, HasSubstr("empty")) << words[0];
  }
}

TEST_F(WrongWords, ADefinitionIsNoImageToPush) {
  Ended run = kiln({"push", "hello.yaml", "localhost:1/a:1"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("hello.yaml is no image"));
}

TEST_F(WrongWords, ALockOfAnotherDefinitionIsNamedAsThat) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  define_as("other.yaml", "[hello]", "");
  Ended run = kiln({"build", "other.yaml", "--lock", "hello.lock", "-o", "other"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("hello.lock is the lock of hello, not of other.yaml"));
}

TEST_F(WrongWords, ALogThatIsNotThereIsNoRefusal) {
  Ended run = kiln({"verify", "out", "--log", "nowhere"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("there is no log nowhere"));
}

TEST_F(WrongWords, AnArchiveHasNoLock) {
  ASSERT_EQ(kiln({"build", "hello.yaml", "--format", "docker", "--platform", "linux/amd64", "-o",
                  "out.tar"})
                .exit,
            0);
  EXPECT_THAT(kiln({"rebuild", "out.tar", "--verify"}).errors,
              HasSubstr("no lock lies beside this image"));
}

}  // namespace
}  // namespace kiln::testing
