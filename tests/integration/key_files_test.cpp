// SPDX-License-Identifier: Apache-2.0
//
// Where secrets come to lie, and what else lies there.
#include "program.hpp"

#include <sys/stat.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class KeyFiles : public Program {
 protected:
  void SetUp() override {
    Program::SetUp();
    value(write_file(place() / "kiln.yaml", "offline: true\n"));
  }
  mode_t mode_of(const std::string& name) {
    struct stat info = {};
    EXPECT_EQ(::stat((place() / name).c_str(), &info), 0);
    return info.st_mode & 07777U;
  }
};

TEST_F(KeyFiles, ADirectoryWithOtherThingsIsLeftAsItIs) {
  value(make_directories(place() / "shared"));
  value(write_file(place() / "shared/notes", "mine"));
  std::filesystem::permissions(place() / "shared", std::filesystem::perms(01777));
  Ended refused = kiln({"key", "generate", "--no-password", "--keys", "shared"});
  EXPECT_EQ(refused.exit, 2);
  EXPECT_THAT(refused.errors, HasSubstr("shared holds notes and is no key ring"));
  EXPECT_EQ(mode_of("shared"), 01777U);
  EXPECT_FALSE(is_there(place() / "shared/keys"));
  value(make_directories(place() / "empty"));
  Ended made = kiln({"key", "generate", "--no-password", "--keys", "empty"});
  EXPECT_EQ(made.exit, 0) << made.errors;
  EXPECT_EQ(mode_of("empty"), 0700U);
}

TEST_F(KeyFiles, TheKeyOfANewLogIsEncryptedWhenThereIsAPassword) {
  RunOptions password{.environment = {"KILN_KEY_PASSWORD=correct horse"}};
  Ended made = kiln({"log", "init", "log", "--origin", "log.example.org"}, password);
  ASSERT_EQ(made.exit, 0) << made.errors;
  EXPECT_THAT(made.output, HasSubstr("secret: log/key.pem, encrypted"));
  EXPECT_THAT(value(read_file(place() / "log/key.pem")), HasSubstr("ENCRYPTED"));
  value(write_file(place() / "entry", "hello\n"));
  Ended added = kiln({"log", "add", "log", "entry"}, password);
  EXPECT_EQ(added.exit, 0) << added.errors;
  Ended wrong =
      kiln({"log", "add", "log", "entry"}, {.environment = {"KILN_KEY_PASSWORD=battery staple"}});
  EXPECT_EQ(wrong.exit, 3) << wrong.errors;

  Ended plain = kiln({"log", "init", "open", "--origin", "open.example.org"});
  EXPECT_THAT(plain.output, HasSubstr("secret: open/key.pem, not encrypted"));
  EXPECT_THAT(value(read_file(place() / "open/key.pem")), Not(HasSubstr("ENCRYPTED")));
}

TEST_F(KeyFiles, ThePasswordOfAnExportIsThatOfTheExportedKey) {
  ASSERT_EQ(kiln({"key", "generate", "--no-password", "--keys", "ring"}).exit, 0);
  Ended run = kiln({"key", "export", "--private", "--keys", "ring"},
                   {.environment = {"KILN_KEY_PASSWORD="}});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("the password for the exported key is empty"));
}

TEST_F(KeyFiles, APairOfFilesIsInNoRing) {
  for (std::vector<std::string> option :
       {std::vector<std::string>{"--role", "user"}, {"--host", "a.example"}, {"--keys", "ring"}}) {
    std::vector<std::string> words = {"key", "generate", "--no-password", "--output", "pair"};
    words.insert(words.end(), option.begin(), option.end());
    Ended refused = kiln(words);
    EXPECT_EQ(refused.exit, 2);
    EXPECT_THAT(refused.errors, HasSubstr(option[0] + " says something of a key ring"));
    EXPECT_FALSE(is_there(place() / "pair.key"));
  }
}

}  // namespace
}  // namespace kiln::testing
