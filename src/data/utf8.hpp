// SPDX-License-Identifier: Apache-2.0
//
// UTF-8 as RFC 3629 defines it: shortest forms only, no surrogates, nothing above U+10FFFF.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kiln {

// The index of the first byte that is not part of well-formed UTF-8; none when all of it is.
std::optional<size_t> find_invalid_utf8(std::string_view text);

// Appends the encoding of a code point that is not a surrogate and at most U+10FFFF.
void append_utf8(std::string& out, uint32_t code_point);

}  // namespace kiln
