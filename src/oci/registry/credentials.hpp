// SPDX-License-Identifier: Apache-2.0
//
// Who a registry is told that asks, from where docker, podman and skopeo leave it when a user logs
// in. Files, each as docker's config.json, the first that knows the registry wins:
//
//   $REGISTRY_AUTH_FILE                          alone when it is set
//   $DOCKER_CONFIG/config.json                   when it is set
//   $XDG_RUNTIME_DIR/containers/auth.json
//   $XDG_CONFIG_HOME/containers/auth.json        or ~/.config/containers/auth.json
//   ~/.docker/config.json
//
//   {"auths": {"<registry>[/<repository>]": {"auth": base64("user:password")
//                                            | "identitytoken": "..."}},
//    "credHelpers": {"<registry>": "<name>"}, "credsStore": "<name>"}
//
// A helper is the program docker-credential-<name>, asked with "get" as docker does.
#pragma once
#include "base/files.hpp"
#include "base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::registry {

using Environment = std::map<std::string, std::string>;

struct Credentials {
  std::string user;
  std::string password;
  std::string identity_token;  // an OAuth2 refresh token; instead of the other two

  bool operator==(const Credentials&) const = default;
};

// One of those files; names of registries as Reference has them.
struct CredentialFile {
  std::map<std::string, Credentials> registries;
  std::map<std::string, std::string> helpers;
  std::string store;  // the helper for every registry; may be empty
};

// Fails with corrupt, never quoting the text.
Result<CredentialFile> parse_credential_file(std::string_view text);

// What a repository of a registry is asked with; nothing when no file knows the registry. A file
// that cannot be read and a helper that fails are errors.
Result<std::optional<Credentials>> find_credentials(const Environment& environment,
                                                    std::string_view host,
                                                    std::string_view repository);

}  // namespace kiln::registry
