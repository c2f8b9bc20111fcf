// SPDX-License-Identifier: Apache-2.0
//
// The two forms of an ECDSA P-256 signature: ASN.1 DER (RFC 3279 2.2.3), which sigstore and X.509
// use and PublicKey::verify takes, and the 64 bytes r and s (RFC 7518 3.4), which JWS and tokens
// use.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace kiln {

// Fails with corrupt on bytes that are not a signature in that form.
Result<std::string> ecdsa_der_to_raw(std::string_view der);
Result<std::string> ecdsa_raw_to_der(std::string_view raw);

}  // namespace kiln
