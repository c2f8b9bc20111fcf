// SPDX-License-Identifier: Apache-2.0
//
// A registry's "no" as an Error: the codes and messages of its answer (distribution-spec, "Error
// Codes"), shortened and without control characters.
#pragma once
#include "net/http.hpp"

#include <string>
#include <string_view>

namespace kiln::registry {

// The error for an answer that is not what was hoped for; `what` says what was asked:
// "registry.example refused to take the manifest". not_found for 404, limit for 413, else network.
std::unexpected<Error> refusal(std::string_view what, const HttpAnswer& answer);

// "MANIFEST_UNKNOWN: no such thing; DENIED" of an error body; empty when it is none.
std::string error_text(std::string_view body);

}  // namespace kiln::registry
