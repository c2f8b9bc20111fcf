// SPDX-License-Identifier: Apache-2.0
//
// The base64 of JWS (RFC 7515 section 2): the URL-safe alphabet without padding.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace kiln::signing {

std::string to_base64url(std::string_view bytes);
// Fails with corrupt on letters of the other alphabet and on padding.
Result<std::string> from_base64url(std::string_view text);

}  // namespace kiln::signing
