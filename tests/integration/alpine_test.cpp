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
  Ended verified = kiln({"verify", "out"});
  EXPECT_EQ(verified.exit, 0) << verified.output << verified.errors;
  EXPECT_THAT(kiln({"sbom", "out"}).output, HasSubstr("pkg:apk/alpine/hello@2.10-r3?arch=x86_64"));
  Ended again = kiln({"rebuild", "out", "--verify"});
  EXPECT_EQ(again.exit, 0) << again.output << again.errors;
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

}  // namespace
}  // namespace kiln::testing
