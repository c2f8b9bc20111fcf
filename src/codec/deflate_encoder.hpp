// SPDX-License-Identifier: Apache-2.0
//
// Kiln's own DEFLATE encoder (RFC 1951). Its bytes depend on the input and on
// k_deflate_encoder_version alone: it knows no level, no processor and no floating point, so a
// layer has the same digest whichever compiler and system Kiln was built with.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace kiln {

// Counts up with every change that may change a byte; part of what plans name the encoder by.
inline constexpr int k_deflate_encoder_version = 1;

inline constexpr size_t k_deflate_max_input = size_t{1} << 20;

// Appends `input`, at most k_deflate_max_input bytes, as a whole DEFLATE stream. May be called from
// many threads; each keeps about 4 MiB for itself.
void append_deflated(std::string_view input, std::string& output);

}  // namespace kiln
