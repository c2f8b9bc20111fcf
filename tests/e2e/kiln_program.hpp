// SPDX-License-Identifier: Apache-2.0
//
// The kiln program under test, and the images of catalogs as it builds them.
#pragma once
#include "base/files.hpp"
#include "support/containers.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::testing {

// Runs `kiln ARGUMENTS...` with a store that all tests share.
ToolRun kiln(std::vector<std::string> arguments);

// "linux/amd64": what this machine runs.
std::string native_platform();

// A definition for this machine as an archive that engines load; `flags` are more flags of `build`.
// Each definition is built once. Throws, with what kiln printed, when it fails.
Path build_archive(const Path& definition, const std::vector<std::string>& flags = {});

// The name of an image of our catalog in the shared Podman: catalog_image("curl/debian-13/8").
std::string catalog_image(std::string_view definition);

// Why packages cannot be fetched here; empty when they can.
std::string no_network();

}  // namespace kiln::testing

// Ends the test as skipped when the Debian archive cannot be reached.
#define NEED_NETWORK()                                                     \
  if (std::string lacks_ = ::kiln::testing::no_network(); !lacks_.empty()) \
  GTEST_SKIP() << "packages cannot be fetched: " << lacks_
