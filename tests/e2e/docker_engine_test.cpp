// SPDX-License-Identifier: Apache-2.0
//
// Docker Engine takes the same archives and runs them under the same conditions.
#include "e2e/container_facts.hpp"
#include "e2e/kiln_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kiln::testing {
namespace {

std::string load(ContainerEngine& docker, const char* definition) {
  return docker.load(
      build_archive(Path(KILN_CATALOG) / "image" / (std::string(definition) + ".yaml")));
}

TEST(Docker, LoadsAndRunsImagesHardened) {
  NEED_NETWORK();
  NEED_ENGINE(docker, start_docker());
  std::vector<std::string> flags = docker.hardened();
  flags.emplace_back("--network=none");

  ToolRun curl = docker.run_in(load(docker, "curl/debian-13/8"), {"--version"}, flags);
  EXPECT_EQ(curl.exit_code, 0) << curl.errors;

  ToolRun python = docker.run_in(load(docker, "python/debian-13/3.13"),
                                 {"-c", "import os; print(os.getuid())"}, flags);
  EXPECT_EQ(python.output, "65532\n") << python.errors;

  Container valkey(docker, load(docker, "valkey/debian-13/8.1"), flags);
  auto ping = [&] { return valkey.exec({"valkey-cli", "ping"}).output == "PONG\n"; };
  EXPECT_TRUE(wait_until(ping)) << valkey.logs();
  expect_hardened(valkey, 65532);

  Container postgres(docker, load(docker, "postgres/debian-13/17"), flags);
  auto ready = [&] { return postgres.exec({"pg_isready"}).exit_code == 0; };
  ASSERT_TRUE(wait_until(ready)) << postgres.logs();
  EXPECT_EQ(postgres.exec({"psql", "-qAtc", "select 6 * 7"}).output, "42\n");
  expect_hardened(postgres, 70);
}

}  // namespace
}  // namespace kiln::testing
