// SPDX-License-Identifier: Apache-2.0
#include "support/containers.hpp"

#include "base/strings.hpp"
#include "support/background_process.hpp"
#include "support/result_matchers.hpp"

#include <optional>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

namespace kiln::testing {

namespace {

using namespace std::chrono_literals;

// Limits that are below any that a machine may set, so that the runtime need not raise them.
constexpr std::string_view k_podman_configuration =
    "[containers]\n"
    "default_ulimits=[\"nofile=1024:1024\",\"nproc=1024:1024\"]\n"
    "[engine]\n"
    "runtime=\"runc\"\n"
    "cgroup_manager=\"cgroupfs\"\n"
    "events_logger=\"file\"\n";

// Signatures are looked for where cosign puts them; a policy says whether any are wanted.
constexpr std::string_view k_podman_registries =
    "default-docker:\n  use-sigstore-attachments: true\n";

const std::vector<std::string> k_no_privileges = {"--cap-drop=all",
                                                  "--security-opt=no-new-privileges"};

std::vector<std::string> operator+(std::vector<std::string> list,
                                   const std::vector<std::string>& more) {
  list.insert(list.end(), more.begin(), more.end());
  return list;
}

class Podman final : public ContainerEngine {
 public:
  explicit Podman(std::string program) : program_(std::move(program)) {
    value(write_file(directory_.path() / "containers.conf", k_podman_configuration));
    Path registries = directory_.path() / "home/.config/containers/registries.d";
    value(make_directories(registries));
    value(write_file(registries / "all.yaml", k_podman_registries));
    if (run({"info"}).exit_code != 0) driver_ = "vfs";  // overlays do not work on this file system
  }

  ToolRun run(const std::vector<std::string>& arguments) override {
    const std::vector<std::string> podman = {program_,    "--root",   at("storage"),
                                             "--runroot", at("run"),  "--storage-driver",
                                             driver_,     "--tmpdir", at("tmp")};
    return run_tool(podman + arguments,
                    {"CONTAINERS_CONF=" + at("containers.conf"), "HOME=" + at("home")});
  }

  std::vector<std::string> hardened() const override {
    // Without the second flag /tmp, /var/tmp and /run stay writable.
    return std::vector<std::string>{"--read-only", "--read-only-tmpfs=false"} + k_no_privileges;
  }

  ~Podman() override {
    run({"rm", "--all", "--force", "--volumes", "--time=0"});
    run({"rmi", "--all", "--force"});
  }

 private:
  std::string at(const char* name) const { return (directory_.path() / name).string(); }
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  std::string program_;
  std::string driver_ = "overlay";
};

class Docker final : public ContainerEngine {
 public:
  Docker() {
    value(write_file(directory_.path() / "daemon.json", R"({"iptables":false,"bridge":"none"})"));
    const std::vector<std::string> arguments = {
        "dockerd",  "--config-file", at("daemon.json"), "--data-root", at("data"), "--exec-root",
        at("exec"), "--pidfile",     at("pid"),         "--host",      socket()};
    daemon_.emplace(arguments, directory_.path() / "log");
  }

  ToolRun run(const std::vector<std::string>& arguments) override {
    return run_tool(std::vector<std::string>{"docker", "--host", socket()} + arguments);
  }

  std::vector<std::string> hardened() const override {
    return std::vector<std::string>{"--read-only"} + k_no_privileges;
  }

  // Whether the daemon comes to answer.
  bool answers() {
    bool answered = false;
    wait_until([&] {
      answered = run({"version"}).exit_code == 0;
      return answered || !daemon_->running();
    });
    return answered;
  }

  std::string log() const {
    std::string text = daemon_->log();
    return text.size() < 2000 ? text : text.substr(text.size() - 2000);
  }

  ~Docker() override { daemon_.reset(); }  // before its directory goes

 private:
  std::string at(const char* name) const { return (directory_.path() / name).string(); }
  std::string socket() const { return "unix://" + at("socket"); }
  TemporaryDirectory directory_ = value(TemporaryDirectory::create());
  std::optional<BackgroundProcess> daemon_;
};

std::string missing(const std::vector<std::string>& tools) {
  if (::geteuid() != 0) return "container engines need root";
  for (const std::string& tool : tools)
    if (!have_tool(tool)) return tool + " is not installed";
  return {};
}

}  // namespace

ToolRun ContainerEngine::run_in(const std::string& image, const std::vector<std::string>& command) {
  return run_in(image, command, {"--network=none"});
}

ToolRun ContainerEngine::run_in(const std::string& image, const std::vector<std::string>& command,
                                const std::vector<std::string>& flags) {
  return run(std::vector<std::string>{"run", "--rm"} + flags + std::vector{image} + command);
}

std::string ContainerEngine::load(const Path& archive) {
  ToolRun loaded = run({"load", "-i", archive.string()});
  // "Loaded image: a:1", or "Loaded image(s): a:1,a:2": the first name will do.
  size_t at = loaded.output.find("Loaded image");
  if (loaded.exit_code != 0 || at == std::string::npos)
    throw std::runtime_error(fmt::format("cannot load {}: {}", archive.string(), loaded.errors));
  std::string_view rest = std::string_view(loaded.output).substr(at);
  std::string_view line = take_until(rest, '\n');
  take_until(line, ':');
  return std::string(trim(take_until(line, ',')));
}

EngineStart start_podman(const std::string& program) {
  std::string why_not = missing({program, "runc", "conmon"});
  if (!why_not.empty()) return {nullptr, why_not};
  return {std::make_unique<Podman>(program), {}};
}

EngineStart start_docker() {
  std::string why_not = missing({"dockerd", "docker", "runc", "containerd"});
  if (!why_not.empty()) return {nullptr, why_not};
  auto docker = std::make_unique<Docker>();
  if (!docker->answers()) return {nullptr, "dockerd does not start here: " + docker->log()};
  return {std::move(docker), {}};
}

Container::Container(ContainerEngine& engine, const std::string& image,
                     const std::vector<std::string>& flags, const std::vector<std::string>& command)
    : engine_(engine) {
  ToolRun started = engine_.run(std::vector<std::string>{"run", "--detach"} + flags +
                                std::vector{image} + command);
  if (started.exit_code != 0)
    throw std::runtime_error(fmt::format("cannot start {}: {}", image, started.errors));
  id_ = trim(started.output);
}

Container::~Container() {
  engine_.run({"rm", "--force", "--volumes", id_});
}

ToolRun Container::exec(const std::vector<std::string>& command,
                        const std::vector<std::string>& flags) {
  return engine_.run(std::vector<std::string>{"exec"} + flags + std::vector{id_} + command);
}

void Container::stop() {
  engine_.run({"stop", id_});
}

std::string Container::logs() {
  ToolRun logs = engine_.run({"logs", id_});
  return logs.output + logs.errors;
}

std::string Container::inspect(const std::string& format) {
  return std::string(trim(engine_.run({"inspect", "--format", format, id_}).output));
}

int Container::pid() {
  return static_cast<int>(parse_decimal(inspect("{{.State.Pid}}")).value_or(0));
}

bool wait_until(const std::function<bool()>& condition, std::chrono::seconds limit) {
  auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(100ms);
  }
  return true;
}

}  // namespace kiln::testing
