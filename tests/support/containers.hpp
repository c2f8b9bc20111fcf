// SPDX-License-Identifier: Apache-2.0
//
// Container engines as judges, and the one place that knows how they are set up here: podman and
// Docker Engine, each with storage of its own that goes with it. Nothing of the machine's own
// containers and images is seen or touched. Both need root.
#pragma once
#include "base/files.hpp"
#include "support/tools.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kiln::testing {

class ContainerEngine {
 public:
  virtual ~ContainerEngine() = default;

  // Runs the engine's command line: engine.run({"load", "-i", "image.tar"}).
  virtual ToolRun run(const std::vector<std::string>& arguments) = 0;

  // Flags of `run` for the hardest conditions that an image is promised to work in: a root that is
  // really read-only (but for the image's volumes), no capability, no way to gain one.
  virtual std::vector<std::string> hardened() const = 0;

  // Runs a program in a container of the image, without a network, and removes the container.
  ToolRun run_in(const std::string& image, const std::vector<std::string>& command);

  // The same with flags of `run`, which say what network there is.
  ToolRun run_in(const std::string& image, const std::vector<std::string>& command,
                 const std::vector<std::string>& flags);

  // Loads an image archive and returns a name that the engine gave it. Throws when it refuses.
  std::string load(const Path& archive);
};

// An engine, or why there is none here.
struct EngineStart {
  std::unique_ptr<ContainerEngine> engine;
  std::string why_not;
};

// `program` is the system's podman, or one that scripts/install-peers fetched.
EngineStart start_podman(const std::string& program = "podman");
// Starts a daemon of its own, which ends with the engine.
EngineStart start_docker();

// A container that runs in the background and is removed with its owner.
class Container {
 public:
  // Starts the image's program, or `command` as its arguments. Throws when it cannot.
  Container(ContainerEngine& engine, const std::string& image,
            const std::vector<std::string>& flags, const std::vector<std::string>& command = {});
  Container(const Container&) = delete;
  Container& operator=(const Container&) = delete;
  ~Container();

  // Runs another program in it.
  ToolRun exec(const std::vector<std::string>& command, const std::vector<std::string>& flags = {});
  // Sends the image's stop signal and waits; then kills.
  void stop();
  std::string logs();
  // What `inspect --format` says about it.
  std::string inspect(const std::string& format);
  // The number of its first process, as the machine counts; 0 when it does not run.
  int pid();

 private:
  ContainerEngine& engine_;
  std::string id_;
};

// Asks every 100 ms until `condition` holds or the time is over; whether it holds.
bool wait_until(const std::function<bool()>& condition,
                std::chrono::seconds limit = std::chrono::seconds(60));

}  // namespace kiln::testing

// Defines an engine of that name, or ends the test as skipped.
#define NEED_ENGINE(name, start)                                  \
  auto name##_start = (start);                                    \
  if (!name##_start.engine) GTEST_SKIP() << name##_start.why_not; \
  auto& name = *name##_start.engine
