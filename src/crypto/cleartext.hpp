// SPDX-License-Identifier: Apache-2.0
//
// The frame of a cleartext signed message (RFC 9580 section 7), checked before the OpenPGP library
// sees it: libraries skip what they do not expect, and what is skipped looks signed to a reader.
//
//   message = "-----BEGIN PGP SIGNED MESSAGE-----" *header "" *line signature
//   header  = "Hash: " names
//   line    = "- " text / text that does not begin with "-"
//   signature = "-----BEGIN PGP SIGNATURE-----" *armor "-----END PGP SIGNATURE-----"
//
// Only for the files of this folder.
#pragma once
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace kiln {

// Checks that `message` is exactly one such message and gives its text, each line without its dash
// escape and blanks at its end, with "\n" behind it. Fails with corrupt.
Result<std::string> cleartext_of(std::string_view message);

// Each line of a text without blanks at its end and with "\n" behind it.
std::string canonical_text(std::string_view text);

}  // namespace kiln
