// SPDX-License-Identifier: Apache-2.0
//
// The two forms of an ECDSA signature: ASN.1 DER (RFC 3279 2.2.3), which sigstore and X.509 use and
// PublicKey::verify takes, and r and s one after the other (RFC 7518 3.4; 64 bytes for P-256, 96
// for P-384), which JWS and tokens use.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace kiln {

// Fail with corrupt on bytes that are not a signature in that form. The first takes P-256 alone.
Result<std::string> ecdsa_der_to_raw(std::string_view der);
Result<std::string> ecdsa_raw_to_der(std::string_view raw);

}  // namespace kiln
