// SPDX-License-Identifier: Apache-2.0
//
// The real program against a small Alpine repository of the test's own: images of it, and every
// link of the chain from its key to a package's files, broken once.
#include "program.hpp"
#include "support/apk_package.hpp"
#include "support/apk_repository.hpp"

#include <fmt/format.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int k_no_answer = 5;
constexpr int k_unverified = 3;

class Alpine : public Program {
 protected:
  void SetUp() override {
    Program::SetUp();
    ApkPackage layout{.name = "alpine-baselayout-data", .version = "3.7-r0"};
    layout.add("etc/").add("etc/passwd", "root:x:0:0::/root:/bin/sh\n");
    layout.add("etc/group", "root:x:0:root\n");
    ApkPackage library{.name = "libhello", .version = "2.1-r1", .fields = "license = MIT\n"};
    library.add("usr/").add("usr/lib/").add("usr/lib/libhello.so.2", "greetings");
    ApkPackage hello{.name = "hello",
                     .version = "2.10-r3",
                     .fields =
                         "license = GPL-3.0-or-later\norigin = hello\n"
                         "depend = so:libhello.so.2\n"};
    hello.add("usr/").add("usr/bin/").add("usr/bin/hello", "#!hello\n", 0755);
    add(layout);
    add(library, "p:so:libhello.so.2=2.1\n");
    add(hello, "D:so:libhello.so.2\no:hello\n");
    publish(key());
    value(write_file(place() / "test.rsa.pub", key().public_pem()));
    value(write_file(place() / "kiln.yaml",
                     fmt::format("alpine-mirrors: [{}]\nkeyrings: [{}]\n", server().url("/alpine"),
                                 (place() / "test.rsa.pub").string())));
    define("[alpine-baselayout-data, hello]");
  }

  static const RsaKey& key() {
    static const RsaKey key;
    return key;
  }

  static Path directory() { return "alpine/v3.23/main/x86_64"; }
  Path file(const std::string& name) const { return www() / directory() / name; }

  // Puts a package into the repository; `more` are further lines of its entry in the index.
  void add(const ApkPackage& package, const std::string& more = {}) {
    std::string bytes = apk_bytes(package);
    value(make_directories(www() / directory()));
    value(write_file(file(fmt::format("{}-{}.apk", package.name, package.version)), bytes));
    index_ +=
        fmt::format("C:{}\nP:{}\nV:{}\nA:x86_64\nS:{}\nI:4096\n{}\n", apk_control_checksum(bytes),
                    package.name, package.version, bytes.size(), more);
  }

  void publish(const RsaKey& signer, UnixTime date = 1'700'000'000) {
    std::string content = apk_index_content(index_, date);
    value(write_file(file("APKINDEX.tar.gz"), apk_signed(content, signer, "test.rsa.pub")));
    std::string empty = apk_signed(apk_index_content("", date), signer, "test.rsa.pub");
    Path community = www() / "alpine/v3.23/community/x86_64";
    value(make_directories(community));
    value(write_file(community / "APKINDEX.tar.gz", empty));
  }

  void define(const std::string& packages) {
    constexpr std::string_view k_text = R"(# syntax=dhi.io/build:2-alpine3.23
name: Hello
image: example/hello
variant: runtime
tags: ["1"]
platforms: [linux/amd64]
contents:
  packages: {}
accounts:
  run-as: nonroot
  users: [{{name: nonroot, uid: 65532, gid: 65532}}]
  groups: [{{name: nonroot, gid: 65532, members: [nonroot]}}]
os-release: {{name: Alpine Linux, id: alpine, version-id: "3.23"}}
annotations: {{org.opencontainers.image.description: Says hello}}
entrypoint: [/usr/bin/hello]
)";
    value(write_file(place() / "hello.yaml", fmt::format(k_text, packages)));
  }

  // Changes a byte of the last member of a file of the repository.
  void damage(const std::string& name) {
    std::string bytes = value(read_file(file(name)));
    size_t place = bytes.size() - 12;
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    value(write_file(file(name), bytes));
  }

 private:
  std::string index_;
};

TEST_F(Alpine, AnImageIsBuiltExplainedVerifiedAndMadeAgain) {
  Ended built = build({"--json"});
  ASSERT_EQ(built.exit, 0) << built.errors;
  EXPECT_THAT(kiln({"inspect", "out"}).output, HasSubstr("libhello 2.1-r1 (x86_64)"));
  EXPECT_THAT(kiln({"explain", "out", "libhello"}).output,
              HasSubstr("libhello  (Depends: so:libhello.so.2)"));
  Ended provided = kiln({"explain", "out", "so:libhello.so.2"});
  EXPECT_EQ(provided.exit, 0) << provided.errors;
  EXPECT_THAT(provided.output, HasSubstr("so:libhello.so.2 is provided by libhello\nlibhello 2.1"));
  Ended verified = kiln({"verify", "out"});
  EXPECT_EQ(verified.exit, 0) << verified.output << verified.errors;
  EXPECT_THAT(kiln({"sbom", "out"}).output, HasSubstr("pkg:apk/alpine/hello@2.10-r3?arch=x86_64"));
  Ended again = kiln({"rebuild", "out", "--verify"});
  EXPECT_EQ(again.exit, 0) << again.output << again.errors;
}

TEST_F(Alpine, ALockIsBuiltThroughAnotherMirror) {
  std::string before = digest();
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  std::filesystem::rename(www() / "alpine", www() / "other");
  forget_store();
  value(write_file(place() / "kiln.yaml",
                   fmt::format("alpine-mirrors: [{}]\n", server().url("/other"))));
  EXPECT_EQ(digest({"--lock", "hello.lock"}), before);
}

TEST_F(Alpine, TheSamePlanGivesTheSameBytes) {
  std::string first = digest();
  EXPECT_EQ(digest({"--threads", "1"}), first);
  EXPECT_EQ(digest({"--offline"}), first);
  forget_store();
  EXPECT_EQ(digest({}, {.environment = {"TZ=Asia/Tokyo", "LANG=tr_TR.UTF-8"}}), first);
}

TEST_F(Alpine, ALockBuildsWithoutTheRepository) {
  ASSERT_EQ(kiln({"lock", "hello.yaml", "--bundle", "inputs"}).exit, 0);
  std::string first = digest();
  forget_store();
  value(remove_tree(www() / "alpine"));
  EXPECT_EQ(digest({"--lock", "inputs/kiln.lock", "--bundle", "inputs", "--offline"},
                   {.directory = place().string()}),
            first);
}

TEST_F(Alpine, AMissingPackageIsNamedWithItsNearMisses) {
  define("[alpine-baselayout-data, helo]");
  expect_refused(k_no_answer, "there is no package helo");
  EXPECT_THAT(build().errors, HasSubstr("did you mean hello?"));
}

TEST_F(Alpine, AVersionThatNoPackageProvidesIsNamedWithThoseThereAre) {
  define("[alpine-baselayout-data, 'so:libhello.so.2=9']");
  expect_refused(k_no_answer, "there is no version of so:libhello.so.2 that is 9");
  EXPECT_THAT(build().errors, HasSubstr("there are: 2.1 (libhello 2.1-r1)"));
}

TEST_F(Alpine, APackageOfATaggedRepositoryIsNamedWithTheTag) {
  std::string bytes = apk_bytes({.name = "jq", .version = "1.7-r0"});
  Path edge = www() / "alpine/edge/main/x86_64";
  value(make_directories(edge));
  value(write_file(edge / "jq-1.7-r0.apk", bytes));
  std::string entry = fmt::format("C:{}\nP:jq\nV:1.7-r0\nA:x86_64\nS:{}\nI:4096\n\n",
                                  apk_control_checksum(bytes), bytes.size());
  value(write_file(edge / "APKINDEX.tar.gz",
                   apk_signed(apk_index_content(entry, 1'700'000'000), key(), "test.rsa.pub")));
  const std::string repositories =
      "\n  repositories: [\"https://dl-cdn.alpinelinux.org/alpine/v3.23/main\", "
      "\"@edge https://dl-cdn.alpinelinux.org/alpine/edge/main\"]";
  define("[alpine-baselayout-data, jq]" + repositories);
  expect_refused(k_no_answer, "jq is only in repositories with the tag @edge");
  EXPECT_THAT(build().errors, HasSubstr("write jq@edge"));
  define("[alpine-baselayout-data, jq@edge]" + repositories);
  EXPECT_EQ(build().exit, 0);
}

TEST_F(Alpine, SaysWhatStandsInForADroppedRepository) {
  expect_refused(2, "no repository is left",
                 {"--rewrite", "https://dl-cdn.alpinelinux.org/alpine="});
  EXPECT_THAT(build({"--rewrite", "https://dl-cdn.alpinelinux.org/alpine="}).errors,
              HasSubstr("--rewrite URL=https://dl-cdn.alpinelinux.org/alpine/v3.23/main"));
}

TEST_F(Alpine, MirrorsMayBeDirectories) {
  auto configure = [&](const std::string& mirror) {
    value(write_file(place() / "kiln.yaml",
                     fmt::format("alpine-mirrors: [{}]\nkeyrings: [{}]\n", mirror,
                                 (place() / "test.rsa.pub").string())));
  };
  configure((www() / "alpine").string());
  EXPECT_EQ(kiln({"build", "hello.yaml", "-o", "local"}).exit, 0);
  configure("mirror.example/alpine");
  Ended run = build();
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.errors, HasSubstr("kiln.yaml:1:18"));
}

TEST_F(Alpine, RefusesASignatureOfAnotherKey) {
  publish(RsaKey());
  expect_refused(k_unverified, "reading the index of");
}

TEST_F(Alpine, RefusesAKeyThatIsNotKnown) {
  value(write_file(place() / "kiln.yaml",
                   fmt::format("alpine-mirrors: [{}]\n", server().url("/alpine"))));
  expect_refused(k_unverified, "test.rsa.pub");
}

TEST_F(Alpine, RefusesAnIndexThatWasChanged) {
  damage("APKINDEX.tar.gz");
  expect_refused(k_unverified, "reading the index of");
}

TEST_F(Alpine, RefusesToGoBackBehindWhatWasSeen) {
  ASSERT_EQ(kiln({"build", "hello.yaml", "-o", "first"}).exit, 0);
  publish(key(), 1'600'000'000);
  expect_refused(k_unverified, "was seen before");
}

TEST_F(Alpine, RefusesAPackageThatIsNotWhatTheIndexSays) {
  damage("hello-2.10-r3.apk");
  expect_refused(k_unverified, "hello 2.10-r3");
}

TEST_F(Alpine, RefusesAPackageThatIsLongerThanTheIndexSays) {
  Path path = file("hello-2.10-r3.apk");
  std::string bytes = value(read_file(path));
  value(write_file(path, bytes + std::string(1000, 'x')));
  std::string said = fmt::format(
      "the file of package hello 2.10-r3 (x86_64) has more than the {} bytes that its index says",
      bytes.size());
  expect_refused(k_unverified, said);
  value(write_file(place() / "kiln.yaml",
                   fmt::format("alpine-mirrors: [\"file://{}/alpine\"]\nkeyrings: [{}]\n",
                               www().string(), (place() / "test.rsa.pub").string())));
  expect_refused(k_unverified, said);
  value(write_file(path, "ADB." + bytes));
  EXPECT_THAT(build().errors, HasSubstr("format 3 (ADB)"));
}

TEST_F(Alpine, RefusesAFileThatIsNotWhatItsChecksumSays) {
  ApkPackage liar{.name = "liar", .version = "1-r0"};
  liar.add("usr/").add("usr/liar", "one thing");
  liar.files.back().content = "other one";
  add(liar);
  publish(key());
  define("[alpine-baselayout-data, liar]");
  expect_refused(k_unverified, "liar");
}

TEST_F(Alpine, RefusesMembersThatLeadOut) {
  ApkPackage climber{.name = "climber", .version = "1-r0"};
  climber.add("../../etc/climbed", "up");
  add(climber);
  publish(key());
  define("[alpine-baselayout-data, climber]");
  expect_refused(k_unverified, "climber");
  EXPECT_FALSE(is_there(place() / "etc"));
}

TEST_F(Alpine, AReleaseWithoutSupportSaysSo) {
  std::string text = value(read_file(place() / "hello.yaml"));
  text.replace(text.find("\"3.23\""), 6, "\"3.19\"");
  value(write_file(place() / "hello.yaml", text));
  value(make_directories(www() / "alpine/v3.19"));
  for (const char* part : {"main", "community"})
    std::filesystem::copy(www() / "alpine/v3.23" / part, www() / "alpine/v3.19" / part,
                          std::filesystem::copy_options::recursive);
  EXPECT_THAT(build().output,
              HasSubstr("alpine 3.19 gets no fixes any more: its support ended on 2025-11-01"));
}

TEST_F(Alpine, AnExclusionThatKeepsASharedObjectOutIsTold) {
  ApkPackage tool{.name = "tool", .version = "1-r0", .fields = "depend = so:libc.so.6\n"};
  tool.add("usr/").add("usr/bin/");
  tool.add("usr/bin/tool", value(read_file("/bin/true")), 0755);
  ApkPackage libc{.name = "libc", .version = "1-r0", .fields = "provides = so:libc.so.6=6\n"};
  libc.add("usr/").add("usr/lib/").add("usr/lib/libc.so.6", "greetings");
  add(tool, "D:so:libc.so.6\n");
  add(libc, "p:so:libc.so.6=6\n");
  publish(key());
  define("[alpine-baselayout-data, tool, '!libc']");
  const std::string warning = "tool needs so:libc.so.6, which '!libc' keeps out";
  Ended built = build();
  EXPECT_THAT(built.output, HasSubstr("    warning     " + warning + "\n"));
  ASSERT_EQ(kiln({"lock", "hello.yaml"}).exit, 0);
  EXPECT_THAT(value(read_file(place() / "hello.lock")), HasSubstr(warning));
  define("[alpine-baselayout-data, tool, '!absent']");
  EXPECT_THAT(build().output, Not(HasSubstr("keeps out")));
}

TEST_F(Alpine, PackagesOfAnotherReleaseAreTold) {
  std::string text = value(read_file(place() / "hello.yaml"));
  text.replace(text.find("\"3.23\""), 6, "\"3.24\"");
  value(write_file(place() / "hello.yaml", text));
  Ended built = build({"--rewrite", "https://dl-cdn.alpinelinux.org/alpine/v3.24=" +
                                        server().url("/alpine/v3.23")});
  ASSERT_EQ(built.exit, 0) << built.errors;
  EXPECT_THAT(built.output,
              HasSubstr("3 of 3 packages are of alpine 3.23, but the definition is of 3.24"));
}

}  // namespace
}  // namespace kiln::testing
