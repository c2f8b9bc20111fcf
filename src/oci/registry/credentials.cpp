// SPDX-License-Identifier: Apache-2.0
#include "oci/registry/credentials.hpp"

#include "base/bytes.hpp"
#include "base/strings.hpp"
#include "data/json.hpp"
#include "oci/registry/credential_helper.hpp"

#include <vector>

#include <fmt/format.h>

namespace kiln::registry {

namespace {

constexpr uint64_t k_largest_file = 4U << 20;

// "https://index.docker.io/v1/" and "registry.example/v2/" as references name those registries.
std::string plain_key(std::string_view key) {
  size_t scheme = key.find("://");
  bool is_url = scheme != std::string_view::npos;
  std::string_view path = is_url ? key.substr(scheme + 3) : key;
  std::string host = to_lower(take_until(path, '/'));
  if (host == "index.docker.io" || host == "registry-1.docker.io") host = "docker.io";
  bool is_version = path == "v1" || path == "v2" || path == "v1/" || path == "v2/";
  return is_url || is_version || path.empty() ? host : fmt::format("{}/{}", host, path);
}

Result<Credentials> credentials_of(const Json& entry) {
  Credentials found;
  found.identity_token = TRY(entry.get_string_or("identitytoken", ""));
  found.user = TRY(entry.get_string_or("username", ""));
  found.password = TRY(entry.get_string_or("password", ""));
  std::string auth = TRY(entry.get_string_or("auth", ""));
  if (auth.empty()) return found;
  Result<std::string> decoded = from_base64(auth);
  size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos)
    return fail(ErrorCode::corrupt, "an \"auth\" is not the base64 form of \"user:password\"");
  found.user = decoded->substr(0, colon);
  found.password = decoded->substr(colon + 1);
  // Docker ends passwords with NUL bytes in some old files.
  while (found.password.ends_with('\0')) found.password.pop_back();
  return found;
}

std::optional<std::string> variable(const Environment& environment, const std::string& name) {
  auto found = environment.find(name);
  if (found == environment.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::vector<Path> credential_paths(const Environment& environment) {
  if (auto file = variable(environment, "REGISTRY_AUTH_FILE")) return {*file};
  std::vector<Path> paths;
  auto home = variable(environment, "HOME");
  if (auto docker = variable(environment, "DOCKER_CONFIG"))
    paths.push_back(Path(*docker) / "config.json");
  if (auto runtime = variable(environment, "XDG_RUNTIME_DIR"))
    paths.push_back(Path(*runtime) / "containers/auth.json");
  if (auto config = variable(environment, "XDG_CONFIG_HOME")) {
    paths.push_back(Path(*config) / "containers/auth.json");
  } else if (home) {
    paths.push_back(Path(*home) / ".config/containers/auth.json");
  }
  if (home) paths.push_back(Path(*home) / ".docker/config.json");
  return paths;
}

// The entry for "host/a/b", or else "host/a", or else "host".
std::optional<Credentials> entry_for(const CredentialFile& file, std::string name) {
  while (true) {
    auto found = file.registries.find(name);
    if (found != file.registries.end()) return found->second;
    size_t slash = name.rfind('/');
    if (slash == std::string::npos) return std::nullopt;
    name.resize(slash);
  }
}

Result<std::optional<Credentials>> look_up(const CredentialFile& file, std::string_view host,
                                           std::string_view repository,
                                           const Environment& environment) {
  auto helper = file.helpers.find(std::string(host));
  if (helper != file.helpers.end()) return ask_helper(helper->second, host, environment);
  if (auto entry = entry_for(file, fmt::format("{}/{}", host, repository))) return entry;
  if (file.store.empty()) return std::nullopt;
  return ask_helper(file.store, host, environment);
}

}  // namespace

Result<CredentialFile> parse_credential_file(std::string_view text) {
  Result<Json> json = parse_json(text, {.depth = 32, .size = k_largest_file});
  if (!json || !json->is_object())
    return fail(ErrorCode::corrupt, "it is not a JSON object, as docker and podman write it");
  CredentialFile file;
  if (const Json* auths = json->find("auths"); auths != nullptr && auths->is_object()) {
    for (const auto& [key, entry] : auths->as_object()) {
      if (!entry.is_object()) continue;
      Credentials found = TRY(credentials_of(entry));
      if (found != Credentials{}) file.registries.insert_or_assign(plain_key(key), found);
    }
  }
  for (const auto& [key, helper] : TRY(json->get_string_map_or_empty("credHelpers")))
    file.helpers.insert_or_assign(plain_key(key), helper);
  file.store = TRY(json->get_string_or("credsStore", ""));
  return file;
}

Result<std::optional<Credentials>> find_credentials(const Environment& environment,
                                                    std::string_view host,
                                                    std::string_view repository) {
  bool named = variable(environment, "REGISTRY_AUTH_FILE").has_value();
  for (const Path& path : credential_paths(environment)) {
    std::error_code error;
    if (!named && !std::filesystem::exists(path, error)) continue;
    std::string doing = fmt::format("reading credentials from {}", path.string());
    std::string text = TRY_CONTEXT(read_file(path, k_largest_file), doing);
    CredentialFile file = TRY_CONTEXT(parse_credential_file(text), doing);
    std::optional<Credentials> found =
        TRY_CONTEXT(look_up(file, host, repository, environment), doing);
    if (found) return found;
  }
  return std::nullopt;
}

}  // namespace kiln::registry
