// SPDX-License-Identifier: Apache-2.0
//
// What tests that run images of catalogs in containers have in common.
#pragma once
#include "support/containers.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace kiln::testing {

// The engine that all tests of this program share. Only where it can be used.
ContainerEngine& podman();

// Skips, and says why, where there is no podman.
class EngineTest : public ::testing::Test {
 protected:
  void SetUp() override;

  // Runs an image's program to its end under the hardest conditions (see hardened()).
  static ToolRun run_hardened(const std::string& image, const std::vector<std::string>& arguments,
                              std::vector<std::string> flags = {"--network=none"});
};

// Skips also where there is no way to the Debian archive.
class ContainerTest : public EngineTest {
 protected:
  void SetUp() override;
};

}  // namespace kiln::testing
