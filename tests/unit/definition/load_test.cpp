// SPDX-License-Identifier: Apache-2.0
#include "definition/definition.hpp"
#include "support/result_matchers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::definition {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view k_image = R"(# syntax=dhi.io/build:2-debian13

name: Curl 8.x
image: dhi.io/curl
variant: runtime
tags:
  - "8"
  - 8.14.1
platforms:
  - linux/amd64
contents:
  packages:
    - '!dpkg'
    - curl=8.14.1-2
accounts:
  run-as: nonroot
  users:
    - name: nonroot
      uid: 65532
      gid: 65532
  groups:
    - name: nonroot
      gid: 65532
      members:
        - nonroot
os-release:
  name: Kiln
  id: debian
  version-id: "13"
entrypoint:
  - curl
)";

std::string with(std::string_view more) {
  return std::string(k_image) + std::string(more);
}

std::string replaced(std::string_view old_text, std::string_view new_text) {
  std::string text(k_image);
  size_t at = text.find(old_text);
  EXPECT_NE(at, text.npos) << old_text;
  return text.replace(at, old_text.size(), new_text);
}

// Each complaint as "line:column message", followed by " -> advice" where there is one; warnings
// begin with "warning ".
std::vector<std::string> complaints(std::string_view text) {
  Diagnostics diagnostics;
  load("image/curl/debian-13/8.yaml", text, diagnostics, {.root = ".", .check_sources = false});
  diagnostics.sort();
  std::vector<std::string> list;
  for (const Diagnostic& d : diagnostics.list()) {
    std::string line = d.severity == Severity::warning ? "warning " : "";
    line += std::to_string(d.where.line) + ":" + std::to_string(d.where.column) + " " + d.message;
    list.push_back(d.advice.empty() ? line : line + " -> " + d.advice);
  }
  return list;
}

Definition loaded(std::string_view text) {
  Diagnostics diagnostics;
  auto definition =
      load("image/curl/debian-13/8.yaml", text, diagnostics, {.root = ".", .check_sources = false});
  EXPECT_TRUE(definition) << diagnostics.print(false);
  return definition.value_or(Definition{});
}

TEST(Load, ReadsAnImageWithPlaces) {
  Definition definition = loaded(k_image);
  EXPECT_EQ(definition.kind, Kind::image);
  EXPECT_EQ(definition.id, "image/curl/debian-13/8");
  EXPECT_EQ(definition.syntax, "dhi.io/build:2-debian13");
  EXPECT_EQ(definition.tags[0].value, "8");
  EXPECT_EQ(definition.location(definition.accounts.users[0].uid.where).str(),
            "image/curl/debian-13/8.yaml:19:12");
  EXPECT_EQ(print(definition), k_image);
}

TEST(Load, NamesADefinitionTheSameFromEveryDirectory) {
  TemporaryDirectory place = testing::value(TemporaryDirectory::create());
  Path folder = place.path() / "image/curl/debian-13";
  ASSERT_TRUE(make_directories(folder));
  ASSERT_TRUE(write_file(folder / "8.yaml", k_image));
  const Path before = std::filesystem::current_path();
  auto id_of = [](const Path& file) {
    Diagnostics diagnostics;
    auto definition = load_file(file, diagnostics, {.check_sources = false});
    return definition ? definition->id : diagnostics.print(false);
  };
  EXPECT_EQ(id_of(folder / "8.yaml"), "image/curl/debian-13/8");
  std::filesystem::current_path(place.path());
  EXPECT_EQ(id_of("image/curl/debian-13/8.yaml"), "image/curl/debian-13/8");
  std::filesystem::current_path(place.path() / "image");
  EXPECT_EQ(id_of("curl/debian-13/8.yaml"), "image/curl/debian-13/8");
  EXPECT_EQ(id_of("../image/curl/debian-13/8.yaml"), "image/curl/debian-13/8");
  std::filesystem::current_path(before);
}

TEST(Load, TellsImagesPackagesAndChartsApart) {
  auto kind = [](const Path& path, std::string_view text) {
    Diagnostics diagnostics;
    auto definition = load(path, text, diagnostics, {.root = "."});
    EXPECT_TRUE(definition) << diagnostics.print(false);
    return definition ? definition->kind : Kind::image;
  };
  constexpr std::string_view k_os = "os-release: {id: debian, version-id: \"13\"}\n";
  EXPECT_EQ(kind("x.yaml", "name: x\nimage: a/b\ntags: [x]\n" + std::string(k_os)), Kind::image);
  EXPECT_EQ(kind("x.yaml", "image: dhi.io/pkg-x\ntags: [x]\n" + std::string(k_os)), Kind::package);
  EXPECT_EQ(kind("package/x.yaml", "image: a\ntags: [x]\n" + std::string(k_os)), Kind::package);
  EXPECT_EQ(kind("x.yaml", "name: x\nimage: a\ntags: [x]\nvariant: helm\n"), Kind::chart);
}

TEST(Load, ReadsNumbersAsTheStringsTheyAre) {
  Definition definition = loaded(replaced("  - \"8\"\n  - 8.14.1", "  - 8\n  - 8.10"));
  EXPECT_EQ(definition.tags[0].value, "8");
  EXPECT_EQ(definition.tags[1].value, "8.10");
}

TEST(Load, ReportsEveryMistakeInOneRun) {
  EXPECT_THAT(
      complaints("nam: x\nimage: [a]\ntags:\nplatforms: [linux/amd46]\n"
                 "os-release: {id: debian, version-id: \"13\"}\n"
                 "contents: {packges: [x], packages: curl}\naccounts: {users: [{uid: \"1\"}]}\n"),
      ElementsAre("1:1 unknown key \"nam\" -> did you mean \"name\"?",
                  "warning 1:1 \"name\" is missing -> it is the title for people",
                  "2:8 \"image\" must be a string, not a list",
                  "3:6 \"tags\" must be a list, not nothing -> give it a value, or leave the "
                  "key out",
                  "4:13 \"platforms\" cannot be \"linux/amd46\" -> did you mean \"linux/amd64\"?",
                  "6:12 unknown key \"packges\" in \"contents\" -> did you mean \"packages\"?",
                  "6:36 \"packages\" must be a list, not a string -> write each item in a line "
                  "of its own, after \"- \"",
                  "7:20 \"name\" is missing in \"users\"", "7:20 \"gid\" is missing in \"users\"",
                  "7:26 \"uid\" must be a whole number, not a string -> remove the quotes"));
}

TEST(Load, NeedsAnImageAndTags) {
  EXPECT_THAT(complaints("name: x\ntags: []\nos-release: {id: debian, version-id: \"13\"}\n"),
              ElementsAre("1:1 \"image\" is missing", "2:7 \"tags\" is empty"));
}

TEST(Load, ReportsDuplicateKeysAndSyntax) {
  EXPECT_THAT(complaints(with("cmd: [a]\ncmd: [b]\n")),
              ElementsAre("33:1 the key \"cmd\" stands twice -> it also stands in line 32"));
  EXPECT_THAT(complaints("a: b: c\n").size(), 1U);
  EXPECT_THAT(
      complaints("# nothing\n"),
      ElementsAre("0:0 the definition is empty -> begin with name:, image:, tags: and contents:"));
  EXPECT_THAT(complaints("- a\n"), Contains("1:1 the file must be a mapping, not a list"));
}

TEST(Load, ChecksNamesTagsAndDates) {
  EXPECT_THAT(
      complaints(replaced("image: dhi.io/curl", "image: dhi.io/Curl:8")),
      ElementsAre("4:8 \"dhi.io/Curl:8\" cannot be a repository -> write it without tag and "
                  "digest: example.org/curl"));
  EXPECT_THAT(complaints(replaced("- 8.14.1", "- a b")),
              ElementsAre("8:5 \"a b\" cannot be a tag -> a tag has at most 128 letters, digits, "
                          "\".\", \"_\" and \"-\", and begins with a letter, a digit or \"_\""));
  EXPECT_THAT(
      complaints(replaced("- 8.14.1", "- \"8\"")),
      ElementsAre("warning 8:5 the tag \"8\" is listed twice -> it stands first in line 7"));
  // A platform that cannot be read is none, and so is not there twice.
  std::vector<std::string> wrong = complaints(replaced("- linux/amd64", "- linux/x\n  - linux/y"));
  EXPECT_EQ(wrong.size(), 2U);
  EXPECT_THAT(wrong, ::testing::Each(::testing::Not(::testing::HasSubstr("listed twice"))));
  EXPECT_THAT(
      complaints(with("dates: {release: 2026-13-01, end-of-life: \"soon\", url: x}\n")),
      ElementsAre("32:18 \"release\" must be a date, not \"2026-13-01\" -> write it as YYYY-MM-DD",
                  "32:43 \"end-of-life\" must be a date, not \"soon\" -> write it as YYYY-MM-DD"));
}

TEST(Load, ChecksAccounts) {
  EXPECT_THAT(
      complaints(replaced("run-as: nonroot", "run-as: nonrot")),
      ElementsAre("16:11 run-as names the user \"nonrot\", which is not listed -> did you mean "
                  "\"nonroot\"?"));
  EXPECT_THAT(complaints(replaced("run-as: nonroot", "run-as: \"999:nogroup\"")),
              ElementsAre("16:11 run-as names the group \"nogroup\", which is not listed -> add it "
                          "under groups:, or write a number"));
  EXPECT_THAT(complaints(replaced("run-as: nonroot", "run-as: 999")), IsEmpty());
  EXPECT_THAT(complaints(replaced("    - name: nonroot\n      uid",
                                  "    - name: a\n      uid: 65532\n"
                                  "      gid: 65532\n    - name: nonroot\n      uid")),
              ElementsAre("warning 22:12 the users \"a\" and \"nonroot\" both have the uid 65532"));
  EXPECT_THAT(
      complaints(replaced("    - name: nonroot\n      uid",
                          "    - name: nonroot\n      uid: 1\n"
                          "      gid: 7\n    - name: nonroot\n      uid")),
      ElementsAre("warning 20:12 no group has the gid 7 of user \"nonroot\" -> add it under "
                  "groups:",
                  "21:13 the user \"nonroot\" stands twice, with different ids -> it stands "
                  "first in line 18"));
  EXPECT_THAT(complaints(replaced("- name: nonroot\n      gid", "- name: \"a:b\"\n      gid")),
              ElementsAre("22:13 \"a:b\" cannot be the name of a group -> use at most 32 letters, "
                          "digits, \"_\", \".\" and \"-\""));
  EXPECT_THAT(complaints(replaced("uid: 65532", "uid: -1")),
              ElementsAre("19:12 \"uid\" cannot be -1 -> ids are numbers from 0 to 4294967294"));
}

TEST(Load, ChecksPaths) {
  EXPECT_THAT(
      complaints(with("paths:\n"
                      "  - {type: directory, path: tmp, mode: \"0888\"}\n"
                      "  - {type: directory, path: /a/../b, content: x}\n"
                      "  - {type: symlink, path: /b}\n"
                      "  - {type: file, path: /c, content: x, source: image/x}\n"
                      "  - {type: file, path: /d, source: ../x}\n"
                      "  - {type: delete, path: /e, source: x}\n"
                      "  - {type: symlnk, path: /e}\n"
                      "  - {type: emptyfile}\n")),
      ElementsAre(
          "33:29 \"path\" must be absolute, not \"tmp\" -> begin it with \"/\"",
          "33:40 \"0888\" is no octal mode -> write it like \"0755\" or \"1777\"",
          "34:29 \"path\" may not go up with \"..\": \"/a/../b\"",
          "34:47 \"content\" has no meaning in an entry of type directory",
          "35:5 a symlink needs the \"source\" that it points to",
          "36:37 a file has either \"content\" or \"source\", not both",
          "37:36 \"../x\" is no path below the root -> write it relative to the directory that "
          "holds image/ and package/",
          "38:38 \"source\" has no meaning in an entry of type delete",
          "39:12 \"type\" cannot be \"symlnk\" -> did you mean \"symlink\"?",
          "40:5 \"path\" is missing in \"paths\""));
}

TEST(Load, ChecksHowTheImageRuns) {
  EXPECT_THAT(
      complaints(with("ports: [80, 8000-8010/udp, 0, 70000, 9-8, 80/http, http]\n")),
      ElementsAre("32:28 port \"0\": ports are numbers from 1 to 65535 -> write 80, 80/tcp, "
                  "53/udp or 8000-8010/tcp",
                  "32:31 port \"70000\": ports are numbers from 1 to 65535 -> write 80, 80/tcp, "
                  "53/udp or 8000-8010/tcp",
                  "32:38 port \"9-8\": the range ends before it begins -> write 80, 80/tcp, "
                  "53/udp or 8000-8010/tcp",
                  "32:43 port \"80/http\": the protocol must be tcp, udp or sctp -> write 80, "
                  "80/tcp, 53/udp or 8000-8010/tcp",
                  "32:52 port \"http\": not a number -> write 80, 80/tcp, 53/udp or "
                  "8000-8010/tcp"));
  EXPECT_THAT(complaints(replaced("- curl\n", "- \"\"\n")),
              Contains("31:5 an element of \"entrypoint\" is empty -> leave it out"));
  EXPECT_THAT(complaints(with("stop-signal: SIGTREM\n")),
              ElementsAre("32:14 unknown signal \"SIGTREM\" -> did you mean SIGTERM?"));
  EXPECT_THAT(complaints(with("stop-signal: SIGRTMIN+3\n")), IsEmpty());
  EXPECT_THAT(
      complaints(with("work-dir: home\nvolumes: [data]\n")),
      ElementsAre("32:11 \"work-dir\" must be absolute, not \"home\" -> begin it with \"/\"",
                  "33:11 \"volumes\" must be absolute, not \"data\" -> begin it with \"/\""));
  EXPECT_THAT(
      complaints(with("environment: {\"A=B\": c, D: }\n")),
      ElementsAre("32:15 \"A=B\" cannot be the name of an environment variable",
                  "32:28 \"D\" must be a string, not nothing -> write \"\" for an empty text, or "
                  "leave the key out"));
}

TEST(Load, ChecksPackagesAndBuilds) {
  EXPECT_THAT(
      complaints(replaced("curl=8.14.1-2", "curl >= 8")),
      ElementsAre("14:7 package \"curl >= 8\": \" \" cannot stand in a package name -> write "
                  "name, name=version, name~version or !name"));
  EXPECT_THAT(
      complaints(replaced("'!dpkg'", "!dpkg")),
      ElementsAre("13:7 the tag \"!dpkg\" is not supported -> quote a text that begins with "
                  "\"!\": '!dpkg'"));
  EXPECT_THAT(complaints(replaced("contents:\n",
                                  "contents:\n  builds:\n    - name: x\n      pipeline:\n"
                                  "        - name: y\n      outputs:\n        - source: /a\n")),
              ElementsAre("15:11 a step needs \"uses\" or \"runs\"",
                          "17:11 \"target\" is missing in an output"));
}

TEST(Load, NeedsToKnowTheDistribution) {
  EXPECT_THAT(
      complaints(replaced("id: debian", "id: fedora")),
      ElementsAre("28:7 cannot tell the distribution from os-release id \"fedora\" -> id must be "
                  "debian or alpine, or id-like name one of them"));
  EXPECT_THAT(complaints(replaced("version-id: \"13\"",
                                  "version-id: \"13\"\n  version-codename: bookworm")),
              ElementsAre("29:15 Debian 12 is \"bookworm\", not \"13\" -> version-id and "
                          "version-codename must name one release, which scanners look up"));
  EXPECT_THAT(
      complaints(replaced("version-id: \"13\"", "version-id: \"99\"")),
      ElementsAre("29:15 cannot tell which release of debian this is for -> write version-id: "
                  "\"13\" and version-codename: trixie"));
  EXPECT_THAT(
      complaints("name: x\nimage: a\ntags: [x]\n"),
      ElementsAre("1:1 \"os-release\" is missing -> it says what the image is built from: id: "
                  "debian, version-id: \"13\"; or id: alpine, version-id: \"3.24\""));
}

class Tree : public ::testing::Test {
 protected:
  void write(const Path& name, std::string_view text) {
    ASSERT_OK(make_directories((root() / name).parent_path()));
    ASSERT_OK(write_file(root() / name, text));
  }
  const Path& root() const { return directory_.path(); }
  // The messages of loading a file of the tree, without the tree's own path.
  std::vector<std::string> messages(const Path& name) {
    Diagnostics diagnostics;
    definition_ = load_file(root() / name, diagnostics);
    std::vector<std::string> list;
    for (const Diagnostic& d : diagnostics.list()) {
      std::string place = Path(d.where.file).lexically_relative(root()).string();
      list.push_back(place + ":" + std::to_string(d.where.line) + " " + d.message +
                     (d.advice.starts_with("did") ? " -> " + d.advice : ""));
    }
    return list;
  }
  std::optional<Definition> definition_;

 private:
  TemporaryDirectory directory_ = testing::value(TemporaryDirectory::create());
};

TEST_F(Tree, LocalSourcesMustBeThere) {
  write("image/curl/config/curl.conf", "");
  write("image/curl/1.yaml",
        with("paths:\n"
             "  - {type: file, path: /a, source: image/curl/config/curl.conf}\n"
             "  - {type: file, path: /b, source: image/curl/config/crul.conf}\n"
             "  - {type: directory, path: /c, source: image/curl/config/curl.conf}\n"
             "  - {type: file, path: /d, source: ecosystem/x}\n"));
  EXPECT_THAT(
      messages("image/curl/1.yaml"),
      ElementsAre("image/curl/1.yaml:34 \"image/curl/config/crul.conf\" is not there -> did you "
                  "mean \"image/curl/config/curl.conf\"?",
                  "image/curl/1.yaml:35 \"image/curl/config/curl.conf\" is not a directory",
                  "image/curl/1.yaml:36 \"ecosystem/x\" is not there"));
}

TEST_F(Tree, IncludesAreMergedUnderTheFile) {
  write("image/base.yaml",
        "includes: [image/deepest.yaml]\ntags: [a, b]\nvariant: dev\n"
        "environment: {A: base, B: base}\ncontents: {packages: [curl, tar]}\ncmd: [one]\n");
  write("image/deepest.yaml", "environment: {A: deepest, C: deepest}\nflavor: x\n");
  write("image/x/1.yaml",
        "includes: [image/base.yaml, image/deepest.yaml]\nname: X\nimage: a/x\ntags: [b, c]\n"
        "os-release: {id: debian, version-id: \"13\"}\nenvironment: {B: file}\n"
        "contents: {packages: [tar, zlib1g]}\ncmd: [one]\n");
  EXPECT_THAT(messages("image/x/1.yaml"), IsEmpty());
  ASSERT_TRUE(definition_);
  EXPECT_EQ(print(*definition_),
            "name: X\nimage: a/x\nvariant: dev\nflavor: x\ntags:\n  - a\n  - b\n  - c\n"
            "contents:\n  packages:\n    - curl\n    - tar\n    - zlib1g\n"
            "os-release:\n  id: debian\n  version-id: \"13\"\n"
            "environment:\n  A: base\n  C: deepest\n  B: file\ncmd:\n  - one\n  - one\n");
  EXPECT_EQ(definition_->location(definition_->flavor.where).str(),
            (root() / "image/deepest.yaml").string() + ":2:9");
}

TEST_F(Tree, MistakesInIncludesHaveTheirPlaces) {
  write("image/loop.yaml", "includes:\n  - image/x.yaml\n");
  write("image/wrong.yaml", "variant: def\n");
  write("image/x.yaml", with("includes:\n  - image/loop.yaml\n  - image/none.yaml\n  - "
                             "../up.yaml\n  - image/wrong.yaml\n"));
  auto found = messages("image/x.yaml");
  EXPECT_THAT(found, Contains("image/loop.yaml:2 \"image/x.yaml\" includes itself"));
  EXPECT_THAT(found, Contains("image/x.yaml:35 \"../up.yaml\" is no path below the root"));
  EXPECT_THAT(found, Contains(::testing::HasSubstr("image/x.yaml:34 cannot open")));
  EXPECT_FALSE(definition_);
  write("image/y.yaml",
        "includes: [image/wrong.yaml]\nname: Y\nimage: y\ntags: [y]\n"
        "os-release: {id: debian, version-id: \"13\"}\n");
  EXPECT_THAT(messages("image/y.yaml"),
              ElementsAre("image/wrong.yaml:1 \"variant\" cannot be \"def\" -> "
                          "did you mean \"dev\"?"));
}

TEST(Unsupported, NamesWhatBuildDoesNotDo) {
  Definition definition = loaded(replaced(
      "contents:\n",
      "contents:\n  files:\n    - {url: https://x/y, path: /y}\n  builds:\n    - name: x\n"));
  std::vector<std::string> found;
  for (const UnsupportedKey& key : unsupported_keys(definition))
    found.push_back(key.where.str() + " " + key.key);
  EXPECT_THAT(found, ElementsAre("image/curl/debian-13/8.yaml:13:7 contents.files",
                                 "image/curl/debian-13/8.yaml:15:7 contents.builds"));
  EXPECT_THAT(unsupported_keys(loaded(k_image)), IsEmpty());
}

}  // namespace
}  // namespace kiln::definition
