// SPDX-License-Identifier: Apache-2.0
//
// Every dev image is a Debian system that apt and dpkg accept and can add packages to.
#include "e2e/container_facts.hpp"
#include "e2e/container_test.hpp"
#include "e2e/kiln_program.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DevImages : public ContainerTest, public ::testing::WithParamInterface<const char*> {
 protected:
  static ToolRun run(const std::vector<std::string>& command, const std::string& network = "none") {
    return podman().run_in(catalog_image(GetParam()), command,
                           {"--network=" + network, "--entrypoint="});
  }
};

TEST_P(DevImages, DpkgFindsNothingAmiss) {
  ToolRun audit = run({"dpkg", "--audit"});
  EXPECT_EQ(audit.exit_code, 0);
  EXPECT_EQ(audit.output + audit.errors, "");
}

TEST_P(DevImages, AptFindsEveryDependencyInstalled) {
  ToolRun check = run({"apt-get", "check"});
  EXPECT_EQ(check.exit_code, 0) << check.errors;
}

TEST_P(DevImages, DpkgKnowsWhoseAFileIs) {
  EXPECT_EQ(run({"dpkg", "-S", "/usr/bin/bash"}).output, "bash: /usr/bin/bash\n");
}

TEST_P(DevImages, DpkgFindsNoChangedFile) {
  // Pages for readers are left out of images, which --verify calls "missing"; a 5 marks a file that
  // has not the package's bytes.
  EXPECT_THAT(run({"dpkg", "--verify", "bash", "coreutils", "apt"}).output, Not(HasSubstr("??5")));
}

TEST_P(DevImages, AptInstallsAPackage) {
  ToolRun installed =
      run({"sh", "-euc",
           "apt-get update -q; apt-get install -qy --no-install-recommends hello adduser; hello;"
           "adduser --system --group guest; id guest; dpkg --audit"},
          "host");
  EXPECT_EQ(installed.exit_code, 0) << installed.output << installed.errors;
  EXPECT_THAT(installed.output, HasSubstr("Hello, world!"));
  EXPECT_THAT(installed.output, HasSubstr("(guest)"));
}

INSTANTIATE_TEST_SUITE_P(Catalog, DevImages,
                         ::testing::Values("base/debian-13/13-dev", "cc/debian-13/14-dev",
                                           "curl/debian-13/8-dev", "python/debian-13/3.13-dev",
                                           "node/debian-13/20-dev", "openjdk/debian-13/21-jdk-dev",
                                           "nginx/debian-13/1.26-dev", "postgres/debian-13/17-dev"),
                         [](const auto& test) {
                           std::string name(test.param);
                           std::ranges::replace_if(
                               name, [](char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

class DevTools : public ContainerTest {
 protected:
  static ToolRun run(std::string_view definition, const std::string& script) {
    return podman().run_in(catalog_image(definition), {"bash", "-euc", script});
  }
};

TEST_F(DevTools, PythonMakesAVirtualEnvironmentWithPip) {
  ToolRun made = run("python/debian-13/3.13-dev",
                     "python3 -m venv /app; /app/bin/pip --version; readlink -f /app/bin/python3");
  EXPECT_THAT(made.output, HasSubstr("/app/lib/python3.13/")) << made.errors;
  EXPECT_THAT(made.output, HasSubstr("\n/usr/bin/python3.13\n"));
}

TEST_F(DevTools, PythonBuildsAnExtension) {
  ToolRun made =
      run("python/debian-13/3.13-dev",
          "echo '#include <Python.h>' | gcc $(python3-config --includes) -xc -c - -o /tmp/x.o");
  EXPECT_EQ(made.exit_code, 0) << made.errors;
}

TEST_F(DevTools, NpmPacksAPackage) {
  ToolRun packed =
      run("node/debian-13/20-dev",
          "mkdir /tmp/p; cd /tmp/p; npm init -y >/dev/null; npm pack --silent; node -v");
  EXPECT_THAT(packed.output, HasSubstr("p-1.0.0.tgz")) << packed.errors;
}

TEST_F(DevTools, NginxAcceptsItsConfiguration) {
  ToolRun tested = run("nginx/debian-13/1.26-dev", "nginx -t");
  EXPECT_EQ(tested.exit_code, 0) << tested.errors;
}

TEST_F(DevTools, JavaToolsAreInThePath) {
  ToolRun made =
      run("openjdk/debian-13/21-jdk-dev", "javac -version; jar --version; jlink --version");
  EXPECT_EQ(made.exit_code, 0) << made.errors;
}

}  // namespace
}  // namespace kiln::testing
