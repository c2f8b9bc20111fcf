// SPDX-License-Identifier: Apache-2.0
#include "e2e/kiln_program.hpp"

#include "e2e/container_test.hpp"
#include "support/result_matchers.hpp"

#include <chrono>
#include <map>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace kiln::testing {

namespace {

constexpr const char* k_archive_host = "deb.debian.org";

std::string try_to_connect() {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (int failed = ::getaddrinfo(k_archive_host, "80", &wanted, &found); failed != 0)
    return fmt::format("{}: {}", k_archive_host, ::gai_strerror(failed));
  bool connected = false;
  for (addrinfo* at = found; at != nullptr && !connected; at = at->ai_next) {
    Fd socket(::socket(at->ai_family, at->ai_socktype, at->ai_protocol));
    connected = socket && ::connect(socket.get(), at->ai_addr, at->ai_addrlen) == 0;
  }
  ::freeaddrinfo(found);
  return connected ? std::string() : fmt::format("{} does not answer", k_archive_host);
}

}  // namespace

ToolRun kiln(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), KILN_PROGRAM);
  auto run = [&] { return run_tool(arguments, {"KILN_STORE=" KILN_E2E_STORE, "NO_COLOR=1"}); };
  ToolRun ended = run();
  // The archive's name may stand for several machines, of which some are behind.
  for (int i = 0; i < 5 && ended.errors.contains("was seen before"); ++i) {
    std::this_thread::sleep_for(std::chrono::seconds(2));
    ended = run();
  }
  return ended;
}

std::string native_platform() {
  utsname machine{};
  ::uname(&machine);
  std::string name = machine.machine;
  if (name == "x86_64") return "linux/amd64";
  if (name == "aarch64") return "linux/arm64";
  return "linux/" + name;
}

Path build_archive(const Path& definition, const std::vector<std::string>& flags) {
  static const TemporaryDirectory place = value(TemporaryDirectory::create());
  static std::map<std::string, Path> built;
  Path& archive = built[definition.string()];
  if (!archive.empty()) return archive;
  Path output = place.path() / fmt::format("{}.tar", built.size());
  std::vector<std::string> arguments = {"build",      definition.string(), "--format", "docker",
                                        "--platform", native_platform(),   "--output", output};
  arguments.insert(arguments.end(), flags.begin(), flags.end());
  ToolRun run = kiln(arguments);
  if (run.exit_code != 0)
    throw std::runtime_error(fmt::format("kiln build {} ends with {}:\n{}", definition.string(),
                                         run.exit_code, run.errors));
  return archive = output;
}

std::string catalog_image(std::string_view definition) {
  static std::map<std::string, std::string, std::less<>> loaded;
  if (auto known = loaded.find(definition); known != loaded.end()) return known->second;
  Path file = Path(KILN_CATALOG) / "image" / (std::string(definition) + ".yaml");
  std::string image = podman().load(build_archive(file));
  return loaded[std::string(definition)] = image;
}

std::string no_network() {
  static const std::string reason = try_to_connect();
  return reason;
}

}  // namespace kiln::testing
