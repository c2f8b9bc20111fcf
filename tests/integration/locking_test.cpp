// SPDX-License-Identifier: Apache-2.0
//
// A lock outlives the archive that it was made from.
#include "debian.hpp"

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Locking : public Debian {
 protected:
  // hello 2.10-3 leaves the archive, 2.10-4 comes.
  void move_on() {
    value(remove_tree(www() / pool_path("hello").substr(1)));
    for (DebPackage& package : packages())
      if (package.name == "hello") package.version = "2.10-4";
    options().date += 600;
    publish();
  }
};

TEST_F(Locking, BuildsTheSameWhenTheArchiveHasMovedOn) {
  std::string before = digest();
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--bundle", "inputs"}).exit, 0);
  move_on();
  EXPECT_NE(digest(), before);
  EXPECT_EQ(digest({"--lock", "hello.lock", "--offline"}), before);
  forget_store();
  EXPECT_EQ(digest({"--lock", "hello.lock", "--bundle", "inputs", "--offline"}), before);
  forget_store();
  EXPECT_EQ(digest({"--lock", "inputs/kiln.lock", "--bundle", "inputs"}), before);
}

TEST_F(Locking, ATreeIsWrittenFromABundleToo) {
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--bundle", "inputs"}).exit, 0);
  move_on();
  forget_store();
  Ended run = build({"--lock", "hello.lock", "--bundle", "inputs", "--offline", "--format", "dir"});
  EXPECT_EQ(run.exit, 0) << run.errors;
  EXPECT_EQ(value(read_file(place() / "out/usr/bin/hello")), "#!hello\n");
}

TEST_F(Locking, AnImageIsRebuiltFromABundleToo) {
  ASSERT_EQ(build().exit, 0);
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--bundle", "inputs"}).exit, 0);
  move_on();
  forget_store();
  Ended run = kiln({"rebuild", "out", "--verify", "--bundle", "inputs", "--offline"});
  EXPECT_EQ(run.exit, 0) << run.errors;
}

// The mirrors that a lock was made through may be gone where it is built.
TEST_F(Locking, ConfiguredMirrorsAreAskedForWhatALockNames) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  std::string before = digest();
  EXPECT_THAT(value(read_file(place() / "hello.lock")),
              HasSubstr("http://deb.debian.org/debian/pool/hello/hello_2.10-3_amd64.deb"));
  std::filesystem::rename(www() / "debian", www() / "other");
  forget_store();
  expect_refused(2, server().url("/debian/pool/"), {"--lock", "hello.lock"});
  std::string there = (www() / "other").string();
  for (const std::string& mirrors :
       {server().url("/none") + ", " + server().url("/other"), "file://" + there}) {
    value(write_file(place() / "kiln.yaml", "mirrors: [" + mirrors + "]\n"));
    EXPECT_EQ(digest({"--lock", "hello.lock"}), before) << mirrors;
    forget_store();
  }
}

// A lock beside an image tells nobody of places on the builder's machine.
TEST_F(Locking, AnImageFromALocalMirrorIsRebuiltFromAnother) {
  value(write_file(place() / "kiln.yaml",
                   fmt::format("mirrors: [\"file://{}/debian\"]\nsecurity-mirrors: [{}]\n"
                               "keyrings: [key.asc]\n",
                               www().string(), server().url("/debian-security"))));
  ASSERT_EQ(build().exit, 0);
  forget_store();
  configure();
  Ended run = kiln({"rebuild", "out", "--verify"});
  EXPECT_EQ(run.exit, 0) << run.output << run.errors;
}

TEST_F(Locking, SaysWhereItLookedForAPackageThatIsGone) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  move_on();
  forget_store();
  expect_refused(2, "package hello 2.10-3 (amd64)", {"--lock", "hello.lock"});
  expect_refused(2, "package ", {"--lock", "hello.lock", "--offline"});
}

TEST_F(Locking, RefusesABundleWithOtherBytes) {
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--bundle", "inputs"}).exit, 0);
  forget_store();
  std::string bytes = value(read_file(place() / "inputs/hello_2.10-3_amd64.deb"));
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  value(write_file(place() / "inputs/hello_2.10-3_amd64.deb", bytes));
  expect_refused(2, "hello_2.10-3_amd64.deb",
                 {"--lock", "hello.lock", "--bundle", "inputs", "--offline"});
}

TEST_F(Locking, ChecksAndUpdates) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  std::string lock = value(read_file(place() / "hello.lock"));
  Ended again = kiln({"lock", "hello.yaml"});
  EXPECT_EQ(again.exit, 2);
  EXPECT_THAT(again.errors, HasSubstr("hello.lock is there already"));
  EXPECT_EQ(kiln({"lock", "hello.yaml", "--check"}).exit, 0);

  move_on();
  Ended check = kiln({"lock", "hello.yaml", "--check"});
  EXPECT_EQ(check.exit, 1) << check.errors;
  EXPECT_THAT(check.output, HasSubstr("2.10-3"));
  EXPECT_THAT(check.output, HasSubstr("2.10-4"));
  EXPECT_EQ(value(read_file(place() / "hello.lock")), lock);
  Json json = parse(kiln({"lock", "hello.yaml", "--check", "--json"}));
  ASSERT_FALSE(value(json.get_array("changes"))->empty());
  const Json& change = value(json.get_array("changes"))->front();
  EXPECT_EQ(value(change.get_string("name")), "hello");
  EXPECT_NE(value(change.get_string("why")), "");

  EXPECT_EQ(kiln({"lock", "hello.yaml", "--update"}).exit, 0);
  EXPECT_NE(value(read_file(place() / "hello.lock")), lock);
  EXPECT_EQ(kiln({"lock", "hello.yaml", "--check"}).exit, 0);
}

TEST_F(Locking, ChecksOnlyThePlatformsThatAreNamed) {
  std::vector<std::string> amd64 = {"--platform", "linux/amd64"};
  std::vector<std::string> both = {"--platform", "linux/amd64", "--platform", "linux/arm64"};
  auto lock = [&](const std::vector<std::string>& platforms, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"lock", "hello.yaml"});
    more.insert(more.end(), platforms.begin(), platforms.end());
    return kiln(more);
  };
  ASSERT_EQ(lock(both).exit, 0);
  Ended one = lock(amd64, {"--check"});
  EXPECT_EQ(one.exit, 0) << one.output;
  ASSERT_EQ(lock(amd64, {"-o", "one.lock"}).exit, 0);
  Ended other = lock(both, {"-o", "one.lock", "--check"});
  EXPECT_EQ(other.exit, 1);
  EXPECT_THAT(other.output, HasSubstr("linux/arm64: added hello 2.10-3: the platform is new\n"));
  EXPECT_THAT(other.output, Not(HasSubstr("definition")));
}

TEST_F(Locking, ShowsTheChangesBeforeItWrites) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  move_on();
  value(make_directories(place() / "shut"));
  std::filesystem::copy(place() / "hello.lock", place() / "shut/kiln.lock");
  Ended update = kiln({"lock", "hello.yaml", "--update"});
  EXPECT_EQ(update.exit, 0) << update.errors;
  EXPECT_LT(update.output.find("2.10-3 -> 2.10-4"), update.output.find("hello.lock\n"));
  // A lock has more than 100 bytes: writing fails, and what would change was said before.
  Ended full = kiln({"lock", "hello.yaml", "--update", "-o", "shut/kiln.lock"},
                    {.before = {"prlimit", "--fsize=100"}});
  EXPECT_NE(full.exit, 0);
  EXPECT_THAT(full.output, HasSubstr("2.10-3 -> 2.10-4"));
}

TEST_F(Locking, SeesThatTheMomentChanged) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  RunOptions epoch{.environment = {"SOURCE_DATE_EPOCH=1700000000"}};
  Ended check = kiln({"lock", "hello.yaml", "--check"}, epoch);
  EXPECT_EQ(check.exit, 1);
  EXPECT_THAT(check.output, HasSubstr("moment SOURCE_DATE_EPOCH unset -> 1700000000"));
  EXPECT_EQ(kiln({"lock", "hello.yaml", "--update"}, epoch).exit, 0);
  EXPECT_EQ(kiln({"lock", "hello.yaml", "--check"}, epoch).exit, 0);
}

TEST_F(Locking, ABundleOfALockHasWhatTheLockNames) {
  std::string before = digest();
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  std::string lock = value(read_file(place() / "hello.lock"));
  move_on();
  Ended refused = kiln({"lock", "hello.yaml", "--bundle", "inputs"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.errors, HasSubstr("--lock hello.lock writes the inputs of that lock"));
  EXPECT_EQ(kiln({"lock", "hello.yaml", "--check", "--bundle", "inputs"}).exit, 2);
  EXPECT_FALSE(is_there(place() / "inputs"));

  Ended run = kiln({"lock", "hello.yaml", "--lock", "hello.lock", "--bundle", "inputs"});
  ASSERT_EQ(run.exit, 0) << run.errors;
  EXPECT_EQ(value(read_file(place() / "inputs/kiln.lock")), lock);
  EXPECT_EQ(value(read_file(place() / "hello.lock")), lock);
  EXPECT_TRUE(is_there(place() / "inputs/hello_2.10-3_amd64.deb"));
  EXPECT_FALSE(is_there(place() / "inputs/hello_2.10-4_amd64.deb"));
  forget_store();
  EXPECT_EQ(digest({"--lock", "inputs/kiln.lock", "--bundle", "inputs", "--offline"}), before);
}

TEST_F(Locking, RefusesWhatALockHasSettled) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  expect_refused(2, "--pins has no effect with --lock", {"--lock", "hello.lock", "--pins", "any"});
  expect_refused(2, "--rewrite has no effect with --lock",
                 {"--lock", "hello.lock", "--rewrite", "http://a/=http://b/"});
  expect_refused(2, "there is no directory nope for --bundle",
                 {"--lock", "hello.lock", "--bundle", "nope"});
  Ended alone = kiln({"lock", "hello.yaml", "--lock", "hello.lock"});
  EXPECT_EQ(alone.exit, 2);
  EXPECT_THAT(alone.errors, HasSubstr("--lock without --bundle has nothing to do"));
}

TEST_F(Locking, WarnsOfARewriteThatChangesNothing) {
  const std::string rewrite = "http://nobody.invalid/deb=http://b/";
  const std::string warning = "--rewrite " + rewrite + " changes no repository of the definition";
  EXPECT_THAT(build({"--rewrite", rewrite}).output, HasSubstr(warning));
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--rewrite", rewrite}).exit, 0);
  EXPECT_THAT(value(read_file(place() / "hello.lock")), HasSubstr(warning));
}

TEST_F(Locking, RefusesALockOfAnotherDefinition) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  define("[libhello]");
  expect_refused(2, "hello.yaml has changed since hello.lock was made", {"--lock", "hello.lock"});
}

TEST_F(Locking, RefusesALockThatIsNone) {
  value(write_file(place() / "hello.lock", "{\"format\": 99}"));
  Ended run = build({"--lock", "hello.lock"});
  EXPECT_THAT(run.exit, ::testing::AnyOf(2, 3)) << run.errors;
  EXPECT_THAT(run.errors, HasSubstr("hello.lock"));
  EXPECT_FALSE(is_there(place() / "out"));
}

TEST_F(Locking, NamesTheMomentOfItsInputsAndNotOfTheClock) {
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  EXPECT_THAT(value(read_file(place() / "hello.lock")),
              HasSubstr("\"created\":\"" + format_rfc3339(options().date) + "\""));
}

}  // namespace
}  // namespace kiln::testing
