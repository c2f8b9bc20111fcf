// SPDX-License-Identifier: Apache-2.0
#include "cli/config.hpp"

#include "base/strings.hpp"
#include "cli/config_file.hpp"

#include <fmt/format.h>

namespace kiln::cli {

namespace {

using Environment = std::map<std::string, std::string>;

std::optional<std::string> variable(const Environment& environment, const std::string& name) {
  auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

Result<size_t> parse_threads(std::string_view text, std::string_view where) {
  constexpr uint64_t k_most = 1024;
  std::optional<uint64_t> number = parse_decimal(text);
  if (!number || *number == 0 || *number > k_most)
    return fail(ErrorCode::bad_input, fmt::format("{} is \"{}\"", where, printable(text)),
                fmt::format("it is a number from 1 to {}", k_most));
  return static_cast<size_t>(*number);
}

Result<bool> parse_yes(std::string_view value, std::string_view name) {
  std::string word = to_lower(value);
  if (word == "1" || word == "true" || word == "yes" || word == "on") return true;
  if (word == "0" || word == "false" || word == "no" || word == "off") return false;
  return fail(ErrorCode::bad_input, fmt::format("{} is \"{}\"", name, printable(value)),
              "it is 1, true, yes or on, or else 0, false, no or off");
}

Result<> apply_environment(const Environment& environment, Config& config) {
  if (auto store = variable(environment, "KILN_STORE")) config.store = *store;
  if (auto threads = variable(environment, "KILN_THREADS"))
    config.threads = TRY(parse_threads(*threads, "KILN_THREADS"));
  if (auto pins = variable(environment, "KILN_PINS"))
    config.pins = TRY_CONTEXT(plan::parse_pin_policy(*pins), "reading KILN_PINS");
  // A no takes back what the file says: the later one wins.
  if (auto offline = variable(environment, "KILN_OFFLINE"))
    config.offline = TRY(parse_yes(*offline, "KILN_OFFLINE"));
  return {};
}

Result<> apply_flags(const Arguments& arguments, Config& config) {
  if (auto store = arguments.value("--store")) config.store = *store;
  if (auto threads = arguments.value("--threads"))
    config.threads = TRY(parse_threads(*threads, "--threads"));
  if (arguments.has("--offline")) config.offline = true;
  if (auto pins = arguments.value("--pins")) config.pins = TRY(plan::parse_pin_policy(*pins));
  if (auto compression = arguments.value("--compression")) config.compression = *compression;
  if (arguments.has("--plain-http")) config.plain_http = true;
  if (auto file = arguments.value("--ca-file")) config.ca_file = *file;
  config.rewrites_of_file = config.rewrites.size();
  for (const std::string& text : arguments.values("--rewrite"))
    config.rewrites.push_back(TRY(plan::Rewrite::parse(text)));
  for (const std::string& keyring : arguments.values("--keyring"))
    config.keyrings.push_back(keyring);
  return {};
}

}  // namespace

std::optional<Path> default_config_path(const Environment& environment) {
  if (auto home = variable(environment, "XDG_CONFIG_HOME")) return Path(*home) / "kiln/config.yaml";
  if (auto home = variable(environment, "HOME")) return Path(*home) / ".config/kiln/config.yaml";
  return std::nullopt;
}

Result<Config> load_config(const Arguments& arguments, const Environment& environment,
                           Diagnostics& diagnostics) {
  std::optional<std::string> named = arguments.value("--config");
  if (!named) named = variable(environment, "KILN_CONFIG");
  std::optional<Path> path = named ? std::optional<Path>(*named) : default_config_path(environment);

  Config config;
  std::error_code unreadable;  // another user's home, perhaps: no configuration
  if (path && (named || std::filesystem::exists(*path, unreadable)))
    config = TRY_CONTEXT(read_config_file(*path, diagnostics), "reading the configuration");
  TRY(apply_environment(environment, config));
  TRY(apply_flags(arguments, config));
  return config;
}

}  // namespace kiln::cli
