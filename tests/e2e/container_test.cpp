// SPDX-License-Identifier: Apache-2.0
#include "e2e/container_test.hpp"

#include "e2e/kiln_program.hpp"

namespace kiln::testing {

namespace {

EngineStart& shared_podman() {
  static EngineStart start = start_podman();
  return start;
}

}  // namespace

ContainerEngine& podman() {
  return *shared_podman().engine;
}

void EngineTest::SetUp() {
  if (!shared_podman().engine) GTEST_SKIP() << shared_podman().why_not;
}

void ContainerTest::SetUp() {
  EngineTest::SetUp();
  if (IsSkipped()) return;
  NEED_NETWORK();
}

ToolRun EngineTest::run_hardened(const std::string& image,
                                 const std::vector<std::string>& arguments,
                                 std::vector<std::string> flags) {
  for (const std::string& flag : podman().hardened()) flags.push_back(flag);
  return podman().run_in(image, arguments, flags);
}

}  // namespace kiln::testing
