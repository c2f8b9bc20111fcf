// SPDX-License-Identifier: Apache-2.0
//
// Images of Alpine, from the signed 3.19 repositories of ../shared: our catalog's and the public
// one's. A closed repository stands for Alpine's main (alpine/iso) and, where a package is not
// in it, a partial mirror does (alpine/mirror).
#include "base/strings.hpp"
#include "e2e/alpine_repository.hpp"
#include "e2e/container_facts.hpp"
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "e2e/public_catalog.hpp"
#include "e2e/tls_server.hpp"
#include "support/result_matchers.hpp"
#include "support/shared_data.hpp"

#include <cstring>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Path definition_of_ours(std::string_view definition) {
  return Path(KILN_CATALOG) / "image" / (std::string(definition) + ".yaml");
}

constexpr std::string_view k_ssh_server = R"(# syntax=dhi.io/build:2-alpine3.19
name: SSH server
image: test/sshd
variant: runtime
tags: ["1"]
platforms: [linux/amd64]
os-release: {{id: alpine, version-id: "3.19"}}
contents:
  repositories: [{}]
  packages: [alpine-baselayout, busybox-binsh, openssh-server, openssh-keygen]
accounts:
  root: true
  run-as: root
  users: [{{name: sshd, uid: 22, gid: 22}}]
  groups: [{{name: sshd, gid: 22}}]
entrypoint: [/bin/sh]
)";

class AlpineImages : public EngineTest {
 protected:
  void SetUp() override {
    EngineTest::SetUp();
    if (IsSkipped()) return;
    if (std::string lacks = no_alpine(); !lacks.empty()) GTEST_SKIP() << lacks;
  }

  // An image of our catalog, loaded into the shared Podman.
  static std::string image(std::string_view definition, const std::string& repository = "iso") {
    static std::map<std::string, std::string, std::less<>> loaded;
    if (auto known = loaded.find(definition); known != loaded.end()) return known->second;
    Path archive = build_archive(definition_of_ours(definition), alpine_flags(repository, "3.19"));
    return loaded[std::string(definition)] = podman().load(archive);
  }
};

TEST_F(AlpineImages, StaticHoldsNoCode) {
  ImageTree tree(podman(), image("static/alpine-3.19/3.19"));
  EXPECT_THAT(tree.packages(),
              ElementsAre("alpine-baselayout-data", "ca-certificates-bundle", "tzdata"));
  EXPECT_THAT(tree.programs(), IsEmpty());
  EXPECT_THAT(tree.read("etc/ssl/certs/ca-certificates.crt"), HasSubstr("BEGIN CERTIFICATE"));
  EXPECT_THAT(tree.read("etc/os-release"),
              AllOf(HasSubstr("\nID=\"alpine\"\n"), HasSubstr("VERSION_ID=\"3.19\"\n")));
  EXPECT_THAT(tree.read("etc/passwd"), HasSubstr("nonroot:x:65532:65532:"));
  EXPECT_TRUE(tree.has("usr/share/zoneinfo/Europe/Berlin"));
}

TEST_F(AlpineImages, BaseRunsScriptsAsNonroot) {
  ToolRun script = run_hardened(image("base/alpine-3.19/3.19"),
                                {"sh", "-euc",
                                 "id -u; awk 'BEGIN {print 42}'; echo a-b | sed s/-/+/;"
                                 "find /etc -name os-release; which vi; test ! -e /sbin/apk"});
  EXPECT_EQ(script.output, "65532\n42\na+b\n/etc/os-release\n/usr/bin/vi\n") << script.errors;
  EXPECT_NE(run_hardened(image("base/alpine-3.19/3.19"), {"touch", "/etc/x"}).exit_code, 0);
}

TEST_F(AlpineImages, BusyboxHasItsOwnPackagesAlone) {
  ImageTree tree(podman(), image("busybox/alpine-3.19/1"));
  EXPECT_THAT(tree.packages(),
              ElementsAre("alpine-baselayout-data", "busybox", "busybox-binsh", "musl"));
  EXPECT_EQ(tree.link("bin/sh"), "/bin/busybox");
}

TEST_F(AlpineImages, OpensslStarts) {
  ToolRun version = run_hardened(image("openssl/alpine-3.19/3"), {});
  EXPECT_THAT(version.output, HasSubstr("OpenSSL 3.1.4")) << version.errors;
  ImageTree tree(podman(), image("openssl/alpine-3.19/3"));
  EXPECT_FALSE(tree.has("bin/sh"));
}

TEST_F(AlpineImages, JqStarts) {
  ToolRun sum = run_hardened(image("jq/alpine-3.19/1", "mirror/v3.19/main"), {"-n", "20 + 22"});
  EXPECT_EQ(sum.output, "42\n") << sum.errors;
}

TEST_F(AlpineImages, WgetTrustsOnlyTheAuthoritiesItHas) {
  NEED_TOOL("openssl");
  TlsServer server;
  std::string volume = "--volume=" + server.authority().string() + ":/ca.pem:ro";
  std::string wget = image("wget/alpine-3.19/1");
  ToolRun fetched = run_hardened(wget, {"-qO-", "--ca-certificate=/ca.pem", server.url()},
                                 {"--network=host", volume});
  EXPECT_EQ(fetched.exit_code, 0) << fetched.errors;
  EXPECT_THAT(fetched.output, HasSubstr("Verify return code"));
  ToolRun refused = run_hardened(wget, {"-qO-", server.url()}, {"--network=host"});
  EXPECT_EQ(refused.exit_code, 5) << refused.errors;  // wget(1): SSL verification failure
}

// The server is made of the same repository: a container that makes the keys of both sides.
TEST_F(AlpineImages, SshLogsInToAServer) {
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  value(write_file(place.path() / "sshd.yaml",
                   fmt::format(k_ssh_server, shared_file("alpine/iso")->string())));
  value(make_directories(place.path() / "keys"));
  constexpr const char* k_start =
      "ssh-keygen -q -t ed25519 -N '' -f /keys/host; ssh-keygen -q -t ed25519 -N '' -f /keys/user;"
      "cp /keys/user.pub /keys/authorized; chown 65532 /keys/user;"
      "exec /usr/sbin/sshd -D -e -h /keys/host -o AuthorizedKeysFile=/keys/authorized"
      " -o StrictModes=no -o PidFile=none";
  std::string keys = "--volume=" + (place.path() / "keys").string() + ":/keys";
  Container server(podman(), podman().load(build_archive(place.path() / "sshd.yaml")),
                   {"--network=none", keys}, {"-euc", k_start});
  ASSERT_TRUE(wait_until([&] { return server.logs().contains("Server listening"); }))
      << server.logs();
  ToolRun login =
      run_hardened(image("openssh-client/alpine-3.19/9"),
                   {"-i", "/keys/user", "-o", "UserKnownHostsFile=/dev/null", "-o",
                    "StrictHostKeyChecking=no", "root@127.0.0.1", "echo from $SSH_CLIENT"},
                   {fmt::format("--network=ns:/proc/{}/ns/net", server.pid()), keys + ":ro"});
  EXPECT_THAT(login.output, HasSubstr("from 127.0.0.1")) << login.errors << server.logs();
}

// A definition of both repositories, which are not of one day.
std::string definition_of_both(std::string_view name, std::string_view tag,
                               std::string_view packages) {
  return fmt::format(
      "# syntax=dhi.io/build:2-alpine3.19\nname: {0}\nimage: kiln/{0}\nvariant: runtime\n"
      "tags: [\"1\"]\nplatforms: [linux/amd64]\nos-release: {{id: alpine, version-id: \"3.19\"}}\n"
      "contents:\n  repositories:\n    - {1}\n    - \"{2}{3}\"\n  packages: [{4}]\n"
      "accounts: {{run-as: nonroot, users: [{{name: nonroot, uid: 65532, gid: 65532}}],"
      " groups: [{{name: nonroot, gid: 65532}}]}}\nentrypoint: [/usr/bin/{0}]\n",
      name, shared_file("alpine/iso")->string(), tag,
      shared_file("alpine/mirror/v3.19/main")->string(), packages);
}

// Our definition, with the versions of which there are files.
Path git_of_what_is_here(const Path& place) {
  std::string text = value(read_file(definition_of_ours("git/alpine-3.19/2")));
  for (auto [package, version] :
       {std::pair("busybox", "1.36.1-r15"), std::pair("busybox-binsh", "1.36.1-r15")})
    text.replace(text.find(fmt::format("- {}\n", package)), 3 + std::strlen(package),
                 fmt::format("- {}={}\n", package, version));
  text.insert(text.find("    - git\n"),
              "    - libcrypto3=3.1.4-r5\n    - libssl3=3.1.4-r5\n    - "
              "ca-certificates-bundle=20230506-r0\n");
  std::filesystem::copy(definition_of_ours("git/alpine-3.19/2")
                            .parent_path()
                            .parent_path()
                            .parent_path()
                            .parent_path(),
                        place / "catalog", std::filesystem::copy_options::recursive);
  Path file = place / "catalog/image/git/alpine-3.19/2.yaml";
  value(write_file(file, text));
  return file;
}

TEST_F(AlpineImages, GitCommitsAndClones) {
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  std::string alpine = "https://dl-cdn.alpinelinux.org/alpine/v3.19";
  Path file = git_of_what_is_here(place.path());
  std::string git = podman().load(build_archive(
      file, {"--rewrite", alpine + "/main=" + shared_file("alpine/mirror/v3.19/main")->string(),
             "--rewrite", alpine + "/community=" + shared_file("alpine/iso")->string()}));
  EXPECT_EQ(run_hardened(git, {}).output, "git version 2.43.4\n");
  ToolRun cloned = run_hardened(
      git, {"-c",
            "alias.all=!git init -q a && cd a && git -c user.name=a -c user.email=a@b commit"
            " -q --allow-empty -m one && git clone -q . /git/b && git -C /git/b log --format=%s",
            "all"});
  EXPECT_EQ(cloned.output, "one\n") << cloned.errors;
}

// busybox is newer in the tagged repository, and is not taken from there.
TEST_F(AlpineImages, ATaggedRepositoryGivesWhatIsAskedOfIt) {
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  Path file = place.path() / "jq.yaml";
  value(write_file(file, definition_of_both("jq", "@more ", "busybox, jq@more")));
  std::string jq = podman().load(build_archive(file));
  EXPECT_EQ(run_hardened(jq, {"-n", "6 * 7"}).output, "42\n");
  ImageTree tree(podman(), jq);
  EXPECT_THAT(tree.read("lib/apk/db/installed"), HasSubstr("P:busybox\nV:1.36.1-r15\n"));
}

TEST_F(AlpineImages, ApkWorksInADevImage) {
  std::string dev = image("base/alpine-3.19/3.19-dev");
  std::string volume = "--volume=" + shared_file("alpine/iso")->string() + ":/iso:ro";
  ToolRun run = podman().run_in(
      dev,
      {"sh", "-euc",
       "apk audit --system; apk verify /iso/x86_64/openssl-3.1.4-r5.apk;"
       "apk add -q --no-network --repositories-file /dev/null -X /iso openssl; openssl version;"
       "apk del -q openssl; apk info -e busybox; apk info -W /bin/busybox"},
      {"--network=none", volume});
  EXPECT_EQ(run.exit_code, 0) << run.output << run.errors;
  EXPECT_THAT(run.output, AllOf(HasSubstr("OpenSSL 3.1.4"), HasSubstr("owned by busybox-1.36.1")));
  ImageTree tree(podman(), dev);
  EXPECT_EQ(tree.read("etc/apk/repositories"),
            "https://dl-cdn.alpinelinux.org/alpine/v3.19/main\n");
  EXPECT_THAT(tree.list("etc/apk/keys"),
              Contains("alpine-devel@lists.alpinelinux.org-6165ee59.rsa.pub"));
}

TEST_F(AlpineImages, ABuildSaysThatItsReleaseIsOver) {
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  std::vector<std::string> arguments = {"build",
                                        definition_of_ours("busybox/alpine-3.19/1").string(),
                                        "--output", (place.path() / "out").string(), "--json"};
  for (const std::string& flag : alpine_flags("iso", "3.19")) arguments.push_back(flag);
  ToolRun built = kiln(arguments);
  EXPECT_THAT(built.output,
              HasSubstr("alpine 3.19 gets no fixes any more: its support ended on 2025-11-01"))
      << built.errors;
  ToolRun verified = kiln({"verify", (place.path() / "out").string()});
  EXPECT_EQ(verified.exit_code, 0) << verified.output << verified.errors;
  ToolRun again = kiln({"rebuild", (place.path() / "out").string(), "--verify"});
  EXPECT_EQ(again.exit_code, 0) << again.output << again.errors;
}

// Definitions of the public catalog, whose pins and vendor's repository are set aside.
class PublicAlpineImages : public AlpineImages, public ::testing::WithParamInterface<const char*> {
 protected:
  static std::vector<std::string> flags() {
    std::string release(
        std::string_view(GetParam()).substr(std::string_view(GetParam()).find("/alpine-") + 8, 4));
    std::vector<std::string> flags = alpine_flags("iso", release);
    flags.insert(flags.end(), {"--pins", "any"});
    return flags;
  }

  static Path file() { return *public_catalog() / "image" / (std::string(GetParam()) + ".yaml"); }
};

TEST_P(PublicAlpineImages, BuildRunsAndReproduces) {
  NEED_DEFINITION(GetParam());
  Path archive = build_archive(file(), flags());
  std::string name = podman().load(archive);
  ImageTree tree(podman(), name);
  EXPECT_THAT(tree.packages(), Contains("alpine-baselayout-data"));
  bool dev = std::string_view(GetParam()).ends_with("-dev");
  if (tree.has("bin/busybox")) {
    ToolRun id = run_hardened(name, {"/bin/sh", "-c", "id -u"});
    EXPECT_EQ(id.output, dev ? "0\n" : "65532\n") << id.errors;
  } else {
    EXPECT_THAT(tree.programs(), IsEmpty());
  }
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  Path second = place.path() / "again.tar";
  std::vector<std::string> arguments = {
      "build",    file().string(), "--store",    (place.path() / "store").string(),
      "--format", "docker",        "--platform", native_platform(),
      "--output", second.string()};
  for (const std::string& flag : flags()) arguments.push_back(flag);
  ToolRun again = kiln(arguments);
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_TRUE(value(read_file(archive)) == value(read_file(second))) << "from an empty store";
}

INSTANTIATE_TEST_SUITE_P(
    Catalog, PublicAlpineImages,
    ::testing::Values("alpine-base/alpine-3.22/3.22", "alpine-base/alpine-3.23/3.23",
                      "alpine-base/alpine-3.24/3.24", "alpine-base/alpine-3.23/3.23-dev",
                      "busybox/alpine-3.22/1", "busybox/alpine-3.23/1", "busybox/alpine-3.24/1-dev",
                      "static/alpine-3.22/static", "static/alpine-3.23/static",
                      "static/alpine-3.24/static"));

}  // namespace
}  // namespace kiln::testing
