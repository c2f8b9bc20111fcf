// SPDX-License-Identifier: Apache-2.0
//
// static, static-glibc, base and curl.
#include "base/strings.hpp"
#include "e2e/container_facts.hpp"
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"
#include "e2e/tls_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class BaseImages : public ContainerTest {
 protected:
  static ToolRun run(std::string_view definition, const std::vector<std::string>& arguments,
                     const std::vector<std::string>& flags = {"--network=none"}) {
    return run_hardened(catalog_image(definition), arguments, flags);
  }
};

size_t certificates_in(std::string_view bundle) {
  size_t count = 0;
  for (std::string_view line : split(bundle, '\n')) count += line == "-----BEGIN CERTIFICATE-----";
  return count;
}

TEST_F(BaseImages, StaticHoldsNoCode) {
  ImageTree tree(podman(), catalog_image("static/debian-13/13"));
  EXPECT_THAT(tree.programs(), IsEmpty());
  EXPECT_THAT(tree.packages(), ElementsAre("base-files", "ca-certificates", "tzdata"));
  EXPECT_GE(certificates_in(tree.read("etc/ssl/certs/ca-certificates.crt")), 100U);
  EXPECT_THAT(tree.read("etc/os-release"), HasSubstr("\nID=\"debian\"\n"));
  EXPECT_THAT(tree.read("etc/passwd"), HasSubstr("nonroot:x:65532:65532:"));
  EXPECT_TRUE(tree.has("usr/share/zoneinfo/Europe/Berlin"));
}

TEST_F(BaseImages, StaticGlibcHasNoShell) {
  ImageTree tree(podman(), catalog_image("static-glibc/debian-13/13"));
  EXPECT_FALSE(tree.has("usr/bin/sh"));
  EXPECT_THAT(tree.packages(), ::testing::IsSupersetOf({"libc6", "libgcc-s1"}));
  EXPECT_THAT(tree.packages(), Not(::testing::Contains("libc-bin")));
}

TEST_F(BaseImages, BaseRunsScriptsAsNonroot) {
  ToolRun script =
      run("base/debian-13/13", {"bash", "-c",
                                "set -e; id -u; date -u -d @0 +%Y; TZ=Europe/Berlin date -d @0 +%H;"
                                "find /etc -name os-release | sed s/os-// | grep -c release;"
                                "echo 20 22 | awk '{print $1 + $2}'; locale charmap"});
  EXPECT_EQ(script.output, "65532\n1970\n01\n1\n42\nUTF-8\n") << script.errors;
}

TEST_F(BaseImages, BaseHasNoPlaceToWrite) {
  ToolRun script = run("base/debian-13/13", {"find", "/", "-xdev", "-writable", "(", "-type", "d",
                                             "-o", "-type", "f", ")"});
  EXPECT_EQ(script.output, "") << script.errors;
}

TEST_F(BaseImages, BaseHasNoPackageManagerAndNothingSetuid) {
  ImageTree tree(podman(), catalog_image("base/debian-13/13"));
  for (const char* program : {"usr/bin/apt", "usr/bin/apt-get", "usr/bin/dpkg", "usr/bin/perl"})
    EXPECT_FALSE(tree.has(program)) << program;
  ToolRun setuid = run("base/debian-13/13", {"find", "/", "-xdev", "-type", "f", "-perm", "/6000"});
  EXPECT_EQ(setuid.output, "");
}

TEST_F(BaseImages, CurlShowsItsVersion) {
  ToolRun version = run("curl/debian-13/8", {"--version"});
  EXPECT_EQ(version.exit_code, 0) << version.errors;
  EXPECT_THAT(version.output, HasSubstr("https"));
}

TEST_F(BaseImages, CurlFetchesFromAServerWhoseAuthorityItIsGiven) {
  NEED_TOOL("openssl");
  TlsServer server;
  ToolRun fetched =
      run("curl/debian-13/8", {"-fsS", "--cacert", "/ca.pem", server.url()},
          {"--network=host", "--volume=" + server.authority().string() + ":/ca.pem:ro"});
  EXPECT_EQ(fetched.exit_code, 0) << fetched.errors;
  EXPECT_THAT(fetched.output, HasSubstr("Verify return code"));
}

TEST_F(BaseImages, CurlRefusesAServerWhoseAuthorityIsNotInTheBundle) {
  NEED_TOOL("openssl");
  TlsServer server;
  ToolRun refused = run("curl/debian-13/8", {"-fsS", server.url()}, {"--network=host"});
  EXPECT_EQ(refused.exit_code, 60) << refused.errors;  // CURLE_PEER_FAILED_VERIFICATION
}

}  // namespace
}  // namespace kiln::testing
