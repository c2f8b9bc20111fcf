// SPDX-License-Identifier: Apache-2.0
#include "support/registry_server.hpp"

#include "base/strings.hpp"
#include "support/containers.hpp"
#include "support/loopback.hpp"
#include "support/result_matchers.hpp"
#include "support/tools.hpp"

#include <stdexcept>

#include <fmt/format.h>

namespace kiln::testing {

namespace {

// A line of an htpasswd file. Registries take bcrypt alone.
std::string password_line(const RegistryServerOptions& options) {
  ToolRun run = run_tool({"htpasswd", "-Bbn", options.user, options.password});
  if (run.exit_code != 0) throw std::runtime_error("htpasswd: " + run.errors);
  return run.output;
}

}  // namespace

std::string program_of(RegistryKind kind) {
  switch (kind) {
    case RegistryKind::distribution2:
      return "docker-registry";
    case RegistryKind::distribution3:
      return "registry3";
    case RegistryKind::olareg:
      return "olareg";
  }
  return {};
}

RegistryServer::RegistryServer(RegistryKind kind, const RegistryServerOptions& options)
    : place_(value(TemporaryDirectory::create())), port_(free_port()) {
  command_ = {find_tool(program_of(kind)).value_or(program_of(kind)), "serve"};
  if (kind == RegistryKind::olareg)
    configure_olareg(options);
  else
    configure_distribution(options);
  start();
}

std::string RegistryServer::host() const {
  return fmt::format("127.0.0.1:{}", port_);
}

void RegistryServer::restart() {
  server_.reset();
  start();
}

// Distribution has <hex>/data, olareg has <hex>.
Path RegistryServer::stored(const Digest& digest) const {
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(place_.path() / "storage")) {
    const Path& file = entry.path();
    bool is_named = file.filename() == digest.hex() ||
                    (file.filename() == "data" && file.parent_path().filename() == digest.hex());
    if (entry.is_regular_file() && is_named) return file;
  }
  throw std::runtime_error(digest.str() + " is not in the registry's storage");
}

void RegistryServer::start() {
  server_.emplace(command_, place_.path() / "log");
  if (!wait_until([&] { return answers(port_) || !server_->running(); }) || !server_->running())
    throw std::runtime_error(command_[0] + " does not start: " + server_->log());
}

void RegistryServer::configure_distribution(const RegistryServerOptions& options) {
  std::string text = fmt::format(
      "version: 0.1\n"
      "log: {{level: error, accesslog: {{disabled: true}}}}\n"
      "storage: {{delete: {{enabled: true}}, filesystem: {{rootdirectory: {}/storage}}}}\n"
      "http:\n"
      "  addr: 127.0.0.1:{}\n",
      place_.path().string(), port_);
  if (!options.certificate.empty())
    text += fmt::format("  tls: {{certificate: {}, key: {}}}\n", options.certificate.string(),
                        options.key.string());
  if (!options.user.empty()) {
    value(write_file(place_.path() / "htpasswd", password_line(options)));
    text += fmt::format("auth: {{htpasswd: {{realm: test, path: {}/htpasswd}}}}\n",
                        place_.path().string());
  }
  value(write_file(place_.path() / "config.yml", text));
  command_.push_back(place_.path() / "config.yml");
}

void RegistryServer::configure_olareg(const RegistryServerOptions& options) {
  Path storage = place_.path() / "storage";
  value(make_directories(storage));
  std::vector<std::string> more = {
      "--addr",         "127.0.0.1",      "--port", std::to_string(port_), "--dir",
      storage.string(), "--gc-frequency", "-1s",    "--api-delete",        "--api-blob-delete"};
  if (!options.certificate.empty())
    more.insert(more.end(),
                {"--tls-cert", options.certificate.string(), "--tls-key", options.key.string()});
  if (!options.user.empty()) {
    std::string line = password_line(options);
    std::string text = fmt::format(
        "users:\n  {0}:\n    cred: \"{1}\"\ngroups:\n  all:\n    members: [{0}]\n"
        "acls:\n  - repo: \"*\"\n    members: [all]\n    access: [read, write, delete]\n",
        options.user, trim(line.substr(line.find(':') + 1)));
    value(write_file(place_.path() / "auth.yml", text));
    more.insert(more.end(), {std::string(options.tokens ? "--auth-token-opaque" : "--auth-basic"),
                             (place_.path() / "auth.yml").string()});
    if (options.tokens) {
      std::string scheme = options.certificate.empty() ? "http" : "https";
      more.insert(more.end(), {"--external-url", scheme + "://" + host()});
    }
  }
  command_.insert(command_.end(), more.begin(), more.end());
}

}  // namespace kiln::testing
