// SPDX-License-Identifier: Apache-2.0
#include "lint/definition_checks.hpp"

#include "base/strings.hpp"
#include "definition/target.hpp"
#include "distributions/distributions.hpp"

#include <map>

#include <fmt/format.h>

namespace kiln::lint {

namespace {

using definition::Definition;

constexpr std::string_view k_description = "org.opencontainers.image.description";
constexpr uint64_t k_first_unprivileged_port = 1024;

bool runs_as_root(const Definition& d) {
  const std::string& user = d.accounts.run_as.value;
  std::string_view name = std::string_view(user).substr(0, user.find(':'));
  return name.empty() || name == "root" || name == "0";
}

bool is_runtime(const Definition& d) {
  return !d.variant.given() || d.variant.value == definition::Variant::runtime;
}

void check_user_and_ports(const Definition& d, Diagnostics& diagnostics) {
  if (!is_runtime(d)) return;
  if (runs_as_root(d)) {
    const Position& at = d.accounts.run_as.given() ? d.accounts.run_as.where : d.image.where;
    diagnostics.warning("root-user", d.location(at), "a runtime image that runs as root",
                        "name a user of `accounts` in `run-as`");
    return;
  }
  for (const Text& port : d.ports) {
    std::string_view rest = port.value;
    std::optional<uint64_t> number = parse_decimal(take_until(rest, '/'));
    if (number && *number < k_first_unprivileged_port)
      diagnostics.warning("low-port", d.location(port.where),
                          fmt::format("port {} needs a privilege that the user {} lacks", *number,
                                      d.accounts.run_as.value),
                          "listen on a port from 1024 up, such as 8080");
  }
}

void check_dates(const Definition& d, UnixTime now, Diagnostics& diagnostics) {
  if (!d.dates.end_of_life.given()) return;
  Result<UnixTime> end = parse_rfc3339(d.dates.end_of_life.value);
  if (end && *end < now)
    diagnostics.warning("end-of-life", d.location(d.dates.end_of_life.where),
                        fmt::format("past its end of life on {}", d.dates.end_of_life.value),
                        "move users to a supported version");
}

void check_command(const Definition& d, Diagnostics& diagnostics) {
  if (d.entrypoint.empty() && d.cmd.empty()) {
    diagnostics.hint("no-entrypoint", d.location(d.image.where),
                     "neither entrypoint nor cmd: a container needs a command to start");
    return;
  }
  const std::vector<Text>& command = d.entrypoint.empty() ? d.cmd : d.entrypoint;
  if (command.size() == 1 && command[0].value.find(' ') != std::string::npos)
    diagnostics.warning(
        "shell-form", d.location(command[0].where),
        fmt::format("\"{}\" is taken as the name of one program", printable(command[0].value)),
        "write each word as its own list entry");
}

void check_repositories(const Definition& d, Diagnostics& diagnostics) {
  auto target = definition::find_target(d);
  if (!target) return;  // told when the definition was read
  Result<const packages::Distribution*> distribution = find_distribution(target->distro);
  if (!distribution) return;
  for (const Text& entry : d.contents.repositories)
    if (Result<std::string> name = (*distribution)->repository_name(entry.value); !name)
      diagnostics.error("repository", d.location(entry.where), name.error().str(),
                        name.error().hint);
}

}  // namespace

void check_definition(const Definition& d, UnixTime now, Diagnostics& diagnostics) {
  if (d.kind != definition::Kind::image) return;
  check_user_and_ports(d, diagnostics);
  check_dates(d, now, diagnostics);
  check_repositories(d, diagnostics);
  check_command(d, diagnostics);
  if (find(d.annotations, k_description) == nullptr)
    diagnostics.hint("no-description", d.location(d.image.where),
                     fmt::format("no annotation {}", k_description),
                     "one sentence about the image, for registries and catalogs");
}

void check_catalog(std::span<const Definition* const> definitions, Diagnostics& diagnostics) {
  std::map<std::string, Location> taken;
  for (const Definition* d : definitions) {
    for (const Text& tag : d->tags) {
      std::string name = fmt::format("{}:{}", d->image.value, tag.value);
      auto [first, fresh] = taken.emplace(name, d->location(tag.where));
      if (!fresh)
        diagnostics.error("duplicate-tag", d->location(tag.where),
                          fmt::format("{} is also the name of another image", name),
                          fmt::format("the first one is at {}", first->second.str()));
    }
  }
}

}  // namespace kiln::lint
