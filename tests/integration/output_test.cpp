// SPDX-License-Identifier: Apache-2.0
//
// Where builds write to: places that two definitions would share, pipes, devices that the tests
// made themselves, a disk that is full.
#include "debian.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class Output : public Debian {
 protected:
  // Runs the program in a shell line, in which "$@" is its command line.
  Ended in_shell(const std::string& line, const std::vector<std::string>& words) {
    return kiln(words, {.before = {"bash", "-c", "set -o pipefail; " + line, "bash"}});
  }
  std::vector<std::string> docker(const std::string& out) const {
    return {"build", "hello.yaml", "--format", "docker", "--platform", "linux/amd64", "-o", out};
  }
};

TEST_F(Output, TwoDefinitionsOfOneNameDoNotShareAPlace) {
  define_as("same/a/app.yaml", "[hello]", "");
  define_as("same/b/app.yaml", "[libhello]", "");
  forget_store();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"build", "same/a/app.yaml", "same/b/app.yaml", "-o", "out"},
        std::vector<std::string>{"build", "same", "-o", "out"}}) {
    Ended run = kiln(words);
    EXPECT_EQ(run.exit, 2) << run.output;
    EXPECT_THAT(run.errors,
                HasSubstr("same/a/app.yaml and same/b/app.yaml would both be written to out/app"));
  }
  EXPECT_FALSE(is_there(place() / "out"));
}

TEST_F(Output, OnePlaceInsideAnotherIsRefused) {
  define_as("image/app.yaml", "[hello]", "");
  define_as("image/app/debian-13/1.yaml", "[hello]", "");
  Ended run = kiln({"build", "image", "-o", "out"});
  EXPECT_EQ(run.exit, 2) << run.output;
  EXPECT_THAT(run.errors, HasSubstr(", inside "));
  EXPECT_FALSE(is_there(place() / "out"));
}

TEST_F(Output, ADefinitionThatIsNamedTwiceIsBuiltOnce) {
  Ended run =
      kiln({"build", "hello.yaml", "./hello.yaml", (place() / "hello.yaml").string(), "-o", "out"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.output, HasSubstr("1 image in"));
  EXPECT_TRUE(is_there(place() / "out/oci-layout"));
}

TEST_F(Output, AnArchiveGoesIntoAPipe) {
  ASSERT_EQ(kiln(docker("file.tar")).exit, 0);
  std::string bytes = value(read_file(place() / "file.tar"));
  fs::create_symlink("/proc/self/fd/1", place() / "link");
  for (const char* out : {"-", "link"}) {
    Ended run = in_shell(R"("$@" | cat > piped.tar)", docker(out));
    EXPECT_EQ(run.exit, 0) << run.errors;
    EXPECT_EQ(value(read_file(place() / "piped.tar")), bytes);
    EXPECT_THAT(run.errors, HasSubstr("1 image in"));
    run = in_shell(R"("$@" > redirected.tar)", docker(out));
    EXPECT_EQ(run.exit, 0) << run.errors;
    EXPECT_EQ(value(read_file(place() / "redirected.tar")), bytes);
  }
  EXPECT_TRUE(fs::is_symlink(place() / "link"));
  ASSERT_EQ(::mkfifo((place() / "fifo").c_str(), 0600), 0);
  Ended run = in_shell(R"(cat fifo > read.tar & "$@" && wait)", docker("fifo"));
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_EQ(value(read_file(place() / "read.tar")), bytes);
  EXPECT_FALSE(is_there(place() / "-"));
}

TEST_F(Output, ALockGoesIntoAPipe) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  Ended run = in_shell(R"("$@" | cat)", {"lock", "hello.yaml", "-o", "-"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_EQ(run.output, value(read_file(place() / "hello.lock")));
  EXPECT_THAT(run.errors, HasSubstr("standard output\n"));
  EXPECT_THAT(run.errors, ::testing::Not(HasSubstr("/proc")));
}

TEST_F(Output, AKeyAndADocumentGoIntoAPipe) {
  ASSERT_EQ(build().exit, 0);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"key", "export", "-o", "-"},
        {"key", "trusted-root", "-o", "-"},
        {"sbom", "out", "--platform", "linux/amd64", "-o", "-"}}) {
    Ended run = in_shell(R"("$@" | cat)", words);
    EXPECT_EQ(run.exit, 0) << run.errors;
    EXPECT_THAT(run.output, ::testing::AnyOf(::testing::StartsWith("{"),
                                             ::testing::StartsWith("-----BEGIN PUBLIC KEY")));
    EXPECT_THAT(run.errors, HasSubstr("standard output")) << words[0];
    EXPECT_THAT(run.errors, ::testing::Not(HasSubstr("/proc"))) << words[0];
  }
  EXPECT_FALSE(is_there(place() / "-"));
}

TEST_F(Output, ACopyGoesIntoAPipe) {
  ASSERT_EQ(build().exit, 0);
  Ended run = in_shell(R"("$@" > all.tar)", {"copy", "out", "-", "--format", "archive"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("standard output\n"));
  EXPECT_THAT(run.errors, HasSubstr(" from the store\n"));
  EXPECT_EQ(kiln({"inspect", "all.tar", "--platform", "linux/amd64"}).exit, 0);
  run = in_shell(R"("$@" | cat)", {"copy", "out", "-"});
  EXPECT_EQ(run.exit, 2) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("standard output cannot hold a directory"));
  EXPECT_FALSE(is_there(place() / "-"));
}

TEST_F(Output, ANameWithASlashAtItsEndIsNoFile) {
  Ended run = kiln(docker("x.tar/"));
  EXPECT_EQ(run.exit, 2) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("x.tar/ is the name of a directory"));
  EXPECT_FALSE(is_there(place() / "x.tar"));
  run = kiln({"lock", "hello.yaml", "-o", "x.lock/"});
  EXPECT_EQ(run.exit, 2) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("x.lock/ is the name of a directory"));
  EXPECT_FALSE(is_there(place() / "x.lock"));
  EXPECT_EQ(kiln({"build", "hello.yaml", "-o", "layout/"}).exit, 0);
  EXPECT_TRUE(is_there(place() / "layout/oci-layout"));
}

TEST_F(Output, ImagesOfOneNameInPlacesOfTheirOwnAreBuiltWithAWarning) {
  define_as("catalog/image/one/debian-13/1.yaml", "[hello]", "");
  define_as("catalog/image/two/debian-13/1.yaml", "[libhello]", "");
  Ended run = kiln({"build", "catalog", "-o", "images"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("image/two/debian-13/1.yaml:5:8: warning: example/hello:1 is "
                                    "also the name of another image"));
  EXPECT_THAT(run.errors, HasSubstr("the first one is at catalog/image/one/debian-13/1.yaml:5:8"));
}

TEST_F(Output, ADeviceIsWrittenToAndNotReplaced) {
  if (::mknod((place() / "device").c_str(), S_IFCHR | 0600, ::makedev(1, 3)) != 0)
    GTEST_SKIP() << "only root makes devices";
  kiln(docker("device"));
  EXPECT_TRUE(fs::is_character_file(place() / "device"));
  kiln({"lock", "hello.yaml", "-o", "device"});
  EXPECT_TRUE(fs::is_character_file(place() / "device"));
}

TEST_F(Output, StandardOutputHoldsOneThing) {
  Ended run = in_shell(R"("$@" | cat)", {"lock", "hello.yaml", "-o", "-", "--json"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.output, HasSubstr("standard output is where the answer of --json goes"));
  run = in_shell(R"("$@" | cat)", {"lock", "hello.yaml", "-o", "/dev/stdout", "--json"});
  EXPECT_THAT(run.output,
              HasSubstr("/dev/stdout is standard output, where the answer of --json goes"));
  run = in_shell(R"("$@" | cat)", {"build", "hello.yaml", "-o", "-"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("standard output cannot hold a directory"));
}

TEST_F(Output, AFullDiskBelowStandardOutputIsAnError) {
  ASSERT_EQ(build().exit, 0);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"inspect", "out"},
                                                {"build", "hello.yaml", "-o", "out", "--json"},
                                                {"lint", "hello.yaml", "--json"},
                                                {"completion", "bash"},
                                                {"build", "--help"},
                                                {"--version"}}) {
    Ended run = in_shell(R"("$@" > /dev/full)", words);
    EXPECT_EQ(run.exit, 4) << words[0];
    EXPECT_THAT(run.errors, HasSubstr("cannot write to standard output: No space left on device"));
    EXPECT_THAT(run.errors, ::testing::Not(HasSubstr("store prune"))) << words[0];
  }
}

TEST_F(Output, AReaderThatHasReadEnoughIsNoError) {
  Ended run = in_shell(R"("$@" | true)", {"completion", "man"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_EQ(run.errors, "");
}

TEST_F(Output, TheRootOfATreeHasItsModeWhateverTheUmask) {
  Ended run = in_shell(R"(umask 077; "$@")", {"build", "hello.yaml", "--format", "dir",
                                              "--platform", "linux/amd64", "-o", "tree"});
  ASSERT_EQ(run.exit, 0) << run.errors;
  struct stat info = {};
  ASSERT_EQ(::stat((place() / "tree").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0755U);
}

}  // namespace
}  // namespace kiln::testing
