// SPDX-License-Identifier: Apache-2.0
//
// What `kiln lint` finds in definitions that are right by the language.
#include "debian.hpp"

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Lint : public Debian {
 protected:
  // The findings of a definition whose entrypoint is a file with this content and mode.
  std::string deep(const std::string& word, const std::string& content, const std::string& mode,
                   const std::string& more = {}) {
    configure("platforms: [linux/amd64]\n");
    define("[hello]", "cmd: [\"" + word +
                          "\"]\npaths:\n  - {type: file, path: /start, content: \"" + content +
                          "\", uid: 0, gid: 0, mode: \"" + mode + "\"}\n" + more);
    std::string text = value(read_file(place() / "hello.yaml"));
    const std::string entrypoint = "entrypoint: [/usr/bin/hello]\n";
    text.erase(text.find(entrypoint), entrypoint.size());
    value(write_file(place() / "hello.yaml", text));
    Ended run = kiln({"lint", "--deep", "hello.yaml"});
    return run.output + run.errors;
  }
};

TEST_F(Lint, FindsRepositoriesThatCannotBeRead) {
  for (const std::string entry :
       {"deb [trusted=yes] http://a.example/debian trixie main",
        "deb-src http://a.example/debian trixie main", "deb http://a.example/debian trixie",
        "deb [bogus=1] http://a.example/debian trixie main", "deb ftp://a.example trixie main"}) {
    define("[hello]\n  repositories: [\"" + entry + "\"]");
    Ended run = kiln({"lint", "hello.yaml"});
    EXPECT_EQ(run.exit, 1) << entry;
    EXPECT_THAT(run.output, HasSubstr("hello.yaml:8:18: error")) << entry;
  }
  define("[hello]\n  repositories: [\"deb [arch=amd64] http://a.example/debian trixie main\"]");
  EXPECT_EQ(kiln({"lint", "hello.yaml"}).exit, 0);
}

TEST_F(Lint, TheProgramMustBeOneThatTheUserMayRun) {
  EXPECT_THAT(deep("/start", "x", "0755"), Not(HasSubstr("error:")));
  EXPECT_THAT(deep("/start", "x", "0700"), HasSubstr("/start is not executable for nonroot"));
  EXPECT_THAT(deep("start", "x", "0700", "environment: {PATH: \"/:/usr/bin\"}\n"),
              HasSubstr("/start is not executable for nonroot"));
  EXPECT_THAT(deep("/usr", "x", "0755"), HasSubstr("/usr is a directory, and no program"));
}

TEST_F(Lint, TheProgramThatEnvStartsMustBeThere) {
  for (const std::string line : {"#!/usr/bin/env python3", "#!/usr/bin/env -S python3 -u",
                                 "#!/usr/bin/env -S LANG=C python3"}) {
    std::string more =
        "  - {type: file, path: /usr/bin/env, content: x, uid: 0, gid: 0, mode: \"0755\"}\n";
    EXPECT_THAT(deep("/start", line + "\\n", "0755", more),
                HasSubstr("/start is a script of python3, which is not in the image"))
        << line;
    more +=
        "  - {type: file, path: /usr/bin/python3, content: x, uid: 0, gid: 0, mode: \"0755\"}\n";
    EXPECT_THAT(deep("/start", line + "\\n", "0755", more), Not(HasSubstr("error:"))) << line;
  }
}

}  // namespace
}  // namespace kiln::testing
