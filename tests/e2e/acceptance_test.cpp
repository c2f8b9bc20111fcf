// SPDX-License-Identifier: Apache-2.0
//
// Definitions of the public catalog, read unchanged, give images that do what theirs do.
#include "base/strings.hpp"
#include "e2e/container_facts.hpp"
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "e2e/public_catalog.hpp"
#include "e2e/tls_server.hpp"
#include "support/result_matchers.hpp"

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class Acceptance : public ContainerTest {
 protected:
  static ToolRun run(std::string_view definition, const std::vector<std::string>& arguments,
                     const std::vector<std::string>& flags = {"--network=none"}) {
    return run_hardened(public_image(definition), arguments, flags);
  }

  static std::string config(std::string_view definition, const std::string& format) {
    ToolRun inspected =
        podman().run({"image", "inspect", "--format", format, public_image(definition)});
    return std::string(trim(inspected.output));
  }
};

constexpr const char* k_static = "static/debian-13/static";

TEST_F(Acceptance, Static) {
  NEED_DEFINITION(k_static);
  ImageTree tree(podman(), public_image(k_static));
  EXPECT_THAT(tree.packages(), ElementsAre("base-files", "ca-certificates", "tzdata"));
  std::string bundle = tree.read("etc/ssl/certs/ca-certificates.crt");
  EXPECT_GE(std::ranges::count(split(bundle, '\n'), "-----BEGIN CERTIFICATE-----"), 100);
  EXPECT_FALSE(tree.has("usr/bin/sh"));
  EXPECT_THAT(tree.programs(), IsEmpty());  // and so no ld.so
  EXPECT_THAT(tree.read("etc/os-release"),
              AllOf(HasSubstr("\nID=\"debian\"\n"), HasSubstr("VERSION_ID=\"13\"\n")));
  EXPECT_THAT(tree.read("etc/passwd"),
              AllOf(HasSubstr("root:x:0:0:"), HasSubstr("nonroot:x:65532:")));
  EXPECT_EQ(config(k_static, "{{.Config.User}}"), "nonroot");
  EXPECT_THAT(config(k_static, "{{.Config.Env}}"),
              HasSubstr("SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"));
}

TEST_F(Acceptance, StaticIsTheSameFromAnEmptyStore) {
  NEED_DEFINITION(k_static);
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  Path again = place.path() / "again.tar";
  std::vector<std::string> arguments = {
      "build",      (*public_catalog() / "image" / (std::string(k_static) + ".yaml")).string(),
      "--store",    (place.path() / "store").string(),
      "--format",   "docker",
      "--platform", native_platform(),
      "--output",   again.string()};
  for (const std::string& flag : public_catalog_flags()) arguments.push_back(flag);
  ToolRun built = kiln(arguments);
  ASSERT_EQ(built.exit_code, 0) << built.errors;
  Path first = build_archive(*public_catalog() / "image" / (std::string(k_static) + ".yaml"),
                             public_catalog_flags());
  EXPECT_TRUE(value(read_file(first)) == value(read_file(again)));
}

TEST_F(Acceptance, StaticGlibc) {
  constexpr const char* name = "static/debian-13/static-glibc";
  NEED_DEFINITION(name);
  NEED_TOOL("gcc");
  ImageTree tree(podman(), public_image(name));
  EXPECT_THAT(tree.packages(),
              ElementsAre("base-files", "ca-certificates", "libc6", "libgcc-s1", "tzdata"));
  const TemporaryDirectory place = value(TemporaryDirectory::create());
  std::filesystem::permissions(place.path(), std::filesystem::perms(0755));
  value(write_file(place.path() / "hello.c",
                   "#include <stdio.h>\nint main(void) { puts(\"dynamic\"); return 0; }\n"));
  std::string program = (place.path() / "hello").string();
  ASSERT_EQ(run_tool({"gcc", "-o", program, program + ".c"}).exit_code, 0);
  ToolRun hello = run(name, {"/hello"}, {"--network=none", "--volume=" + program + ":/hello:ro"});
  EXPECT_EQ(hello.output, "dynamic\n") << hello.errors;
}

TEST_F(Acceptance, DebianBase13) {
  constexpr const char* name = "debian-base/debian-13/13";
  NEED_DEFINITION(name);
  ToolRun tools = run(name, {"bash", "-euc",
                             "id -u; ls -d /etc; find /etc/os-release; tar --version >/dev/null;"
                             "awk 'BEGIN {print 42}'"});
  EXPECT_EQ(tools.output, "65532\n/etc\n/etc/os-release\n42\n") << tools.errors;
  ImageTree tree(podman(), public_image(name));
  for (const char* program : {"usr/bin/apt", "usr/bin/apt-get", "usr/bin/dpkg"})
    EXPECT_FALSE(tree.has(program)) << program;
  EXPECT_THAT(tree.packages(), SizeIs(35));
  EXPECT_THAT(tree.packages(), AllOf(Contains("gawk"), Not(Contains("mawk"))));
}

TEST_F(Acceptance, DebianBase12) {
  constexpr const char* name = "debian-base/debian-12/12";
  NEED_DEFINITION(name);
  ImageTree tree(podman(), public_image(name));
  EXPECT_THAT(tree.packages(), SizeIs(77));
  EXPECT_THAT(tree.read("etc/debian_version"), ::testing::StartsWith("12."));
  EXPECT_THAT(tree.read("etc/passwd"), HasSubstr("_apt:x:42:65532:"));
  for (const char* link : {"bin", "lib", "sbin"})
    EXPECT_EQ(tree.link(link), std::string("usr/") + link);
  EXPECT_TRUE(tree.has("usr/bin/bash"));
  EXPECT_TRUE(tree.has("usr/lib64/ld-linux-x86-64.so.2") || native_platform() != "linux/amd64");
  EXPECT_EQ(run(name, {"bash", "-c", "echo runs"}).output, "runs\n");
}

TEST_F(Acceptance, Curl) {
  constexpr const char* name = "curl/debian-13/8";
  NEED_DEFINITION(name);
  NEED_TOOL("openssl");
  ToolRun version = run(name, {"--version"});
  EXPECT_THAT(version.output, HasSubstr("security patched")) << version.errors;
  ImageTree tree(podman(), public_image(name));
  EXPECT_THAT(tree.packages(), SizeIs(43));
  EXPECT_THAT(tree.packages(), AllOf(Contains("libgssapi-krb5-2"), Not(Contains("debconf"))));
  EXPECT_THAT(config(name, "{{.Config.Entrypoint}} {{.Config.Cmd}}"), "[curl] [--help]");
  TlsServer server;
  EXPECT_EQ(run(name, {"-fsS", server.url()}, {"--network=host"}).exit_code, 60);
  std::string bundle =
      "--volume=" + server.authority().string() + ":/etc/ssl/certs/ca-certificates.crt:ro";
  EXPECT_EQ(run(name, {"-fsS", server.url()}, {"--network=host", bundle}).exit_code, 0);
}

TEST_F(Acceptance, DebianBase13Dev) {
  constexpr const char* name = "debian-base/debian-13/13-dev";
  NEED_DEFINITION(name);
  std::string image = public_image(name);
  EXPECT_EQ(config(name, "{{.Config.User}}"), "root");
  ToolRun audit = podman().run_in(image, {"dpkg", "--audit"});
  EXPECT_EQ(audit.output + audit.errors, "");
  ToolRun installed = podman().run_in(
      image, {"sh", "-euc", "apt-get update -q; apt-get install -qy hello; hello; dpkg --audit"},
      {"--network=host"});
  EXPECT_EQ(installed.exit_code, 0) << installed.output << installed.errors;
  EXPECT_THAT(installed.output, HasSubstr("Hello, world!"));
  ImageTree tree(podman(), image);
  EXPECT_THAT(tree.packages(), AllOf(Contains("mawk"), Not(Contains("gawk"))));
  EXPECT_TRUE(tree.has("etc/apt/sources.list.d/debian.sources"));
  EXPECT_TRUE(tree.has("usr/share/keyrings/debian-archive-keyring.gpg") ||
              tree.has("usr/share/keyrings/debian-archive-keyring.pgp"));
  // What dpkg and maintainer scripts leave behind when they run.
  EXPECT_THAT(tree.list("var/lib/dpkg/updates"), IsEmpty());
  EXPECT_THAT(tree.list("var/lib/dpkg/tmp.ci"), IsEmpty());
  EXPECT_THAT(tree.list("var/cache/debconf"), IsEmpty());
  for (const char* residue :
       {"etc/.pwd.lock", "etc/passwd-", "var/log/dpkg.log", "var/log/apt/history.log"})
    EXPECT_FALSE(tree.has(residue)) << residue;
}

TEST_F(Acceptance, Git) {
  constexpr const char* name = "git/debian-13/2";
  NEED_DEFINITION(name);
  ImageTree tree(podman(), public_image(name));
  EXPECT_EQ(tree.link("usr/local/bin/git-lfs"), "/usr/bin/git-lfs");
  ToolRun version = run(name, {"--version"});
  EXPECT_THAT(version.output, HasSubstr("git version 2.47.")) << version.errors;
}

}  // namespace
}  // namespace kiln::testing
