// SPDX-License-Identifier: Apache-2.0
//
// A lock outlives the archive that it was made from.
#include "debian.hpp"

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;

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
