// SPDX-License-Identifier: Apache-2.0
//
// Asking a credential helper, docker-credential-<name>: the registry goes to its standard input,
// {"Username": ..., "Secret": ...} comes back (the protocol of docker-credential-helpers).
#pragma once
#include "oci/registry/credentials.hpp"

namespace kiln::registry {

// Nothing when the helper has no credentials for the registry.
Result<std::optional<Credentials>> ask_helper(const std::string& name, std::string_view host,
                                              const Environment& environment);

}  // namespace kiln::registry
