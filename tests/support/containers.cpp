// SPDX-License-Identifier: Apache-2.0
#include "support/containers.hpp"

#include "support/result_matchers.hpp"

#include <chrono>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace kiln::testing {

namespace {

using namespace std::chrono_literals;

class Podman final : public ContainerEngine {
 public:
  Podman() {
    value(write_file(directory_.path() / "containers.conf",
                     "[containers]\n"
                     "default_ulimits=[\"nofile=1024:1024\",\"nproc=1024:1024\"]\n"
                     "[engine]\n"
                     "runtime=\"runc\"\n"
                     "cgroup_manager=\"cgroupfs\"\n"
                     "events_logger=\"file\"\n"));
  }

  ToolRun run(const std::vector<std::string>& arguments) override {
    std::vector<std::string> all = {"podman",    "--root",  at("storage"),
                                    "--runroot", at("run"), "--storage-driver=vfs",
                                    "--tmpdir",  at("tmp")};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_tool(std::move(all), {"CONTAINERS_CONF=" + at("containers.conf")});
  }

  ~Podman() override { run({"rmi", "--all", "--force"}); }

 private:
  std::string at(const char* name) const { return (directory_.path() / name).string(); }
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
};

class Docker final : public ContainerEngine {
 public:
  Docker() {
    value(write_file(directory_.path() / "daemon.json",
                     R"({"iptables":false,"bridge":"none","storage-driver":"vfs"})"));
    std::vector<std::string> arguments = {
        "dockerd",  "--config-file", at("daemon.json"), "--data-root", at("data"), "--exec-root",
        at("exec"), "--pidfile",     at("pid"),         "--host",      socket()};
    start(arguments);
  }

  ToolRun run(const std::vector<std::string>& arguments) override {
    std::vector<std::string> all = {"docker", "--host", socket()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return run_tool(std::move(all));
  }

  // Whether the daemon answers within half a minute.
  bool answers() {
    for (int i = 0; i < 150 && daemon_ > 0; ++i) {
      if (run({"version"}).exit_code == 0) return true;
      if (::waitpid(daemon_, nullptr, WNOHANG) == daemon_) daemon_ = 0;
      std::this_thread::sleep_for(200ms);
    }
    return false;
  }

  std::string log() const {
    std::string text = value(read_file(directory_.path() / "log"));
    return text.size() < 2000 ? text : text.substr(text.size() - 2000);
  }

  ~Docker() override {
    if (daemon_ <= 0) return;
    ::kill(daemon_, SIGTERM);
    ::waitpid(daemon_, nullptr, 0);
  }

 private:
  std::string at(const char* name) const { return (directory_.path() / name).string(); }
  std::string socket() const { return "unix://" + at("socket"); }

  void start(std::vector<std::string>& arguments) {
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 1, at("log").c_str(), O_WRONLY | O_CREAT, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (::posix_spawnp(&daemon_, "dockerd", &actions, nullptr, argv.data(), environ) != 0)
      daemon_ = 0;
    ::posix_spawn_file_actions_destroy(&actions);
  }

  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  pid_t daemon_ = 0;
};

std::string missing(const std::vector<std::string>& tools) {
  if (::geteuid() != 0) return "container engines need root";
  for (const std::string& tool : tools)
    if (!have_tool(tool)) return tool + " is not installed";
  return {};
}

}  // namespace

ToolRun ContainerEngine::run_in(const std::string& image, const std::vector<std::string>& command) {
  std::vector<std::string> arguments = {"run", "--rm", "--network", "none", image};
  arguments.insert(arguments.end(), command.begin(), command.end());
  return run(arguments);
}

EngineStart start_podman() {
  std::string why_not = missing({"podman", "runc", "conmon"});
  if (!why_not.empty()) return {nullptr, why_not};
  return {std::make_unique<Podman>(), {}};
}

EngineStart start_docker() {
  std::string why_not = missing({"dockerd", "docker", "runc", "containerd"});
  if (!why_not.empty()) return {nullptr, why_not};
  auto docker = std::make_unique<Docker>();
  if (!docker->answers()) return {nullptr, "dockerd does not start here: " + docker->log()};
  return {std::move(docker), {}};
}

}  // namespace kiln::testing
