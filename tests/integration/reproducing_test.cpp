// SPDX-License-Identifier: Apache-2.0
//
// Same plan, same bytes: whatever the machine, the user and the archive's day are like.
#include "base/files.hpp"
#include "codec/gzip_encoder.hpp"
#include "crypto/digest.hpp"
#include "debian.hpp"
#include "support/tools.hpp"

#include <map>

#include <fmt/format.h>
#include <unistd.h>

namespace kiln::testing {
namespace {

class Reproducing : public Debian {
 protected:
  void SetUp() override {
    Debian::SetUp();
    if (!IsSkipped()) first_ = digest();
  }
  // The digest that an empty store gives.
  std::string anew(std::vector<std::string> words = {}, const RunOptions& options = {}) {
    forget_store();
    return digest(std::move(words), options);
  }
  std::string first_;
};

TEST_F(Reproducing, AWarmAndAColdStoreGiveTheSame) {
  EXPECT_EQ(digest(), first_);
  EXPECT_EQ(anew(), first_);
}

TEST_F(Reproducing, ThreadsDoNotMatter) {
  EXPECT_EQ(anew({"--threads", "1"}), first_);
  EXPECT_EQ(anew({"--threads", "4"}), first_);
}

TEST_F(Reproducing, ThePlaceAndTheLanguageDoNotMatter) {
  EXPECT_EQ(anew({}, {.environment = {"TZ=Asia/Kathmandu", "LANG=de_DE.UTF-8", "LC_ALL=tr_TR.UTF-8",
                                      "HOME=/nonexistent", "USER=somebody"},
                      .directory = "/"}),
            first_);
}

TEST_F(Reproducing, TheUmaskDoesNotMatter) {
  EXPECT_EQ(anew({}, {.before = {"sh", "-c", "umask 077; exec \"$@\"", "sh"}}), first_);
}

TEST_F(Reproducing, TheUserDoesNotMatter) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become another user";
  NEED_TOOL("setpriv");
  std::filesystem::permissions(place(), std::filesystem::perms(0777));
  // The key ring in the home of this test belongs to root.
  EXPECT_EQ(anew({"--no-evidence"},
                 {.before = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"}}),
            first_);
}

std::vector<std::string> keys_of(const std::map<std::string, std::string>& files) {
  std::vector<std::string> keys;
  for (const auto& [key, bytes] : files) keys.push_back(key);
  return keys;
}

// Path -> bytes of every file below a directory; a link's target stands for it.
std::map<std::string, std::string> bytes_below(const Path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    std::string path = entry.path().lexically_relative(directory).string();
    if (entry.is_symlink())
      files[path] = "-> " + std::filesystem::read_symlink(entry.path()).string();
    else if (entry.is_regular_file())
      files[path] = value(read_file(entry.path()));
  }
  return files;
}

// Layouts of two platforms, without evidence: that names its moment.
class WholeLayout : public Debian {
 protected:
  std::map<std::string, std::string> layout(std::vector<std::string> words = {},
                                            const RunOptions& options = {}) {
    Path out = place() / fmt::format("layout-{}", ++layouts_);
    words.insert(words.begin(),
                 {"build", (place() / "hello.yaml").string(), "--no-evidence", "--platform",
                  "linux/amd64", "--platform", "linux/arm64", "-o", out.string()});
    Ended run = kiln(words, options);
    EXPECT_EQ(run.exit, 0) << run.output << run.errors;
    return bytes_below(out);
  }

 private:
  size_t layouts_ = 0;
};

TEST_F(WholeLayout, IsTheSameByteForByteInAnyConditions) {
  const auto first = layout({"--threads", "4"});
  ASSERT_TRUE(first.contains("index.json"));
  ASSERT_GT(first.size(), 8U);
  auto expect_the_same = [&](std::string_view condition, const auto& files) {
    EXPECT_THAT(keys_of(files), ::testing::ElementsAreArray(keys_of(first))) << condition;
    for (const auto& [path, bytes] : files)
      EXPECT_TRUE(first.contains(path) && first.at(path) == bytes) << condition << ": " << path;
  };
  expect_the_same("a warm store", layout());
  forget_store();
  expect_the_same("a cold store, one thread", layout({"--threads", "1"}));
  forget_store();
  expect_the_same(
      "another place, zone, language, user and umask",
      layout({}, {.environment = {"TZ=Asia/Kathmandu", "LANG=tr_TR.UTF-8", "LC_ALL=tr_TR.UTF-8",
                                  "HOME=/nonexistent", "USER=somebody"},
                  .before = {"sh", "-c", "umask 077; exec \"$@\"", "sh"},
                  .directory = "/"}));
}

TEST_F(Reproducing, AnIndexThatChangesNoChosenPackageChangesNothing) {
  options().date += 600;
  packages().push_back({.name = "unrelated", .version = "7"});
  publish();
  EXPECT_EQ(digest(), first_);
  EXPECT_EQ(anew(), first_);
}

TEST_F(Reproducing, ANewVersionChangesTheImage) {
  packages()[2].version = "2.10-4";
  publish();
  EXPECT_NE(digest(), first_);
}

TEST_F(Reproducing, TheTimeStampIsPartOfWhatIsBuilt) {
  RunOptions monday{.environment = {"SOURCE_DATE_EPOCH=1700000000"}};
  RunOptions tuesday{.environment = {"SOURCE_DATE_EPOCH=1700086400"}};
  std::string one = digest({}, monday);
  EXPECT_NE(one, first_);
  EXPECT_NE(digest({}, tuesday), one);
  EXPECT_EQ(anew({}, monday), one);
}

TEST_F(Reproducing, TwoPlatformsLieUnderOneIndex) {
  std::vector<std::string> both = {"--platform", "linux/arm64", "--platform", "linux/amd64"};
  std::string one = digest(both);
  EXPECT_EQ(anew({"--platform", "linux/amd64", "--platform", "linux/arm64"}), one);
  ASSERT_EQ(build(both).exit, 0);
  for (std::string platform : {"linux/amd64", "linux/arm64"}) {
    Ended run = kiln({"inspect", "out", "--json", "--platform", platform});
    EXPECT_EQ(value(parse(run).get_string("platform")), platform);
  }
}

TEST_F(Reproducing, ARebuildIsTheSame) {
  ASSERT_EQ(build().exit, 0);
  Ended run = kiln({"rebuild", "out", "--verify"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output,
              ::testing::HasSubstr("linux/amd64  the same (manifest, and so config and layers, by "
                                   "digest)\n"));
  forget_store();
  EXPECT_EQ(kiln({"rebuild", "out", "--verify"}).exit, 0);
}

TEST_F(Reproducing, ARebuildExplainsWhichFileWasTamperedWith) {
  ASSERT_EQ(build({"--format", "docker"}).exit, 0);
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  packages()[2].files.back().content = "#!jello\n";
  publish();
  forget_store();
  std::filesystem::remove(place() / "out");
  ASSERT_EQ(build().exit, 0);
  packages()[2].files.back().content = "#!hello\n";
  options().date += 60;
  publish();
  Ended run = kiln({"rebuild", "out", "--verify", "--lock", "hello.lock"});
  EXPECT_EQ(run.exit, 1) << run.errors;
  EXPECT_THAT(run.output, ::testing::HasSubstr("linux/amd64  different (manifest, and so config "));
  EXPECT_THAT(run.output, ::testing::HasSubstr("/usr/bin/hello"));
  EXPECT_THAT(run.output, ::testing::Not(::testing::HasSubstr("greetings")));
  Ended json = kiln({"rebuild", "out", "--verify", "--lock", "hello.lock", "--json"});
  EXPECT_FALSE(value(parse(json).get_bool("same")));
}

// Gives the plan of a lock another encoder, and its new digest.
void rename_encoder(const Path& lock_file, std::string_view encoder) {
  Json lock = value(parse_json(value(read_file(lock_file))));
  Json& locked = lock["plans"].as_array()[0];
  locked["plan"]["policies"]["encoder"] = std::string(encoder);
  locked["plan_digest"] = sha256(canonical(locked["plan"])).str();
  value(write_file(lock_file, canonical(lock) + "\n"));
}

TEST_F(Reproducing, NamesItsOwnEncoderInNewPlans) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  EXPECT_THAT(value(read_file(place() / "hello.lock")),
              ::testing::HasSubstr(R"("encoder":"gzip-kiln-1-1MiB")"));
}

TEST_F(Reproducing, AnOlderPlanIsBuiltWithTheLibraryThatItNames) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  rename_encoder(place() / "hello.lock", libdeflate_encoder_name());
  Ended run = build({"--lock", "hello.lock"});
  ASSERT_EQ(run.exit, 0) << run.errors;
  run = kiln({"rebuild", "out", "--verify"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, ::testing::Not(::testing::HasSubstr("note:")));
}

TEST_F(Reproducing, AnotherEncoderIsNamedAndLayersAreComparedUncompressed) {
  ASSERT_EQ(build().exit, 0);
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  rename_encoder(place() / "hello.lock", "gzip-libdeflate-0.1-6-1MiB");
  Ended run = kiln({"rebuild", "out", "--verify", "--lock", "hello.lock"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_THAT(run.output,
              ::testing::HasSubstr("linux/amd64  the same (uncompressed layers, by digest)\n"));
  EXPECT_THAT(run.output, ::testing::HasSubstr("note: this Kiln lacks the encoder "
                                               "gzip-libdeflate-0.1-6-1MiB: layers are compared "
                                               "uncompressed"));
  run = build({"--lock", "hello.lock"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors,
              ::testing::HasSubstr("the plan names the encoder "
                                   "gzip-libdeflate-0.1-6-1MiB, which this Kiln lacks"));
  EXPECT_THAT(run.errors, ::testing::HasSubstr("gzip-kiln-1-1MiB"));
}

// No code of packages runs, so any machine builds for all others.
TEST_F(Reproducing, AllArchitecturesOfTheReleaseComeFromOneRun) {
  const std::map<std::string, std::string> platforms = {
      {"amd64", "linux/amd64"},     {"arm64", "linux/arm64"}, {"armel", "linux/arm/v5"},
      {"armhf", "linux/arm/v7"},    {"i386", "linux/386"},    {"ppc64el", "linux/ppc64le"},
      {"riscv64", "linux/riscv64"}, {"s390x", "linux/s390x"}};
  std::vector<DebPackage> all = packages();
  std::erase_if(all, [](const DebPackage& package) { return package.architecture != "amd64"; });
  packages().clear();
  options().architectures.clear();
  std::string names;
  std::vector<std::string> flags = {"--json"};
  for (const auto& [architecture, platform] : platforms) {
    options().architectures.push_back(architecture);
    for (DebPackage package : all) {
      package.architecture = architecture;
      packages().push_back(std::move(package));
    }
    names += (names.empty() ? "" : ", ") + platform;
    flags.insert(flags.end(), {"--platform", platform});
  }
  publish();
  define("[hello]", fmt::format("platforms: [{}]\n", names));
  Json image = value(parse(build(flags)).get_array("images"))->front();
  std::set<std::string> built;
  for (const Json& each : *value(image.get_array("platforms")))
    built.insert(value(each.get_string("platform")));
  for (const auto& [architecture, platform] : platforms)
    EXPECT_TRUE(built.contains(platform)) << platform;
  if (!have_tool("skopeo")) return;
  for (const char* architecture : {"arm64", "s390x", "ppc64le"}) {
    ToolRun seen = run_tool({"skopeo", "--override-arch", architecture, "inspect",
                             "oci:" + (place() / "out").string() + ":1"});
    EXPECT_EQ(seen.exit_code, 0) << architecture << seen.errors;
  }
}

}  // namespace
}  // namespace kiln::testing
