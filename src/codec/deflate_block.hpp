// SPDX-License-Identifier: Apache-2.0
//
// One block of DEFLATE (RFC 1951, 3.2.3 to 3.2.7): stored, with the fixed codes, or with codes of
// its own, whichever is smallest.
#pragma once
#include "codec/bit_writer.hpp"
#include "codec/deflate_matches.hpp"

#include <span>
#include <string_view>

namespace kiln::deflate {

// Writes the block of these sequences, which stand for `input`. The writer must have room for the
// block as it is stored: 5 bytes for each begun k_max_stored bytes, 2 more, and the input.
void write_block(BitWriter& out, std::string_view input, std::span<const Sequence> sequences,
                 Histogram& histogram, bool last);

}  // namespace kiln::deflate
