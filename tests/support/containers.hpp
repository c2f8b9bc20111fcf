// SPDX-License-Identifier: Apache-2.0
//
// Container engines as judges: podman and Docker Engine, each with storage of its own that goes
// with the test, and containers without a network. Both need root.
#pragma once
#include "base/files.hpp"
#include "support/tools.hpp"

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace kiln::testing {

class ContainerEngine {
 public:
  virtual ~ContainerEngine() = default;

  // Runs the engine's command line: engine.run({"load", "-i", "image.tar"}).
  virtual ToolRun run(const std::vector<std::string>& arguments) = 0;

  // Runs a program in a container of the image, without a network, and removes the container.
  ToolRun run_in(const std::string& image, const std::vector<std::string>& command);
};

// An engine, or why there is none here.
struct EngineStart {
  std::unique_ptr<ContainerEngine> engine;
  std::string why_not;
};

EngineStart start_podman();
// Starts a daemon of its own, which ends with the engine.
EngineStart start_docker();

}  // namespace kiln::testing

// Defines an engine of that name, or ends the test as skipped.
#define NEED_ENGINE(name, start)                                  \
  auto name##_start = (start);                                    \
  if (!name##_start.engine) GTEST_SKIP() << name##_start.why_not; \
  auto& name = *name##_start.engine
