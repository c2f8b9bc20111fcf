// SPDX-License-Identifier: Apache-2.0
//
// OpenPGP public keys as text and as packets, without a look at what is in them. The text form
// (RFC 9580 section 6.2; the checksum may be missing and is not looked at):
//
//   block = "-----BEGIN PGP PUBLIC KEY BLOCK-----" *header empty-line *base64-line ["=" checksum]
//           "-----END PGP PUBLIC KEY BLOCK-----"
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace kiln {

// The packets of one keyring: bytes that are packets already as they are, or all blocks of a text
// in their order. Fails with corrupt.
Result<std::string> dearmored_keys(std::string_view keyring);

// Packets as one block.
std::string armored_keys(std::string_view packets);

}  // namespace kiln
