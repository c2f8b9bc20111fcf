// SPDX-License-Identifier: Apache-2.0
//
// gzip for layers. The bytes are a promise: a layer is cut into chunks of k_gzip_chunk, each chunk
// becomes a gzip member (RFC 1952) of its own, and the members in their order are the compressed
// layer. So the result does not depend on threads. Plans name the encoder: Kiln's own, whose bytes
// are the same everywhere, or in plans of before, libdeflate, whose bytes change with its version.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace kiln {

inline constexpr size_t k_gzip_chunk = size_t{1} << 20;

// What a plan names Kiln's own encoder by.
std::string gzip_encoder_name();

// One chunk, at most k_gzip_chunk bytes, as a gzip member. Its header has no time and no name, and
// says "unknown" for the operating system. May be called from many threads.
std::string gzip_member(std::string_view chunk);

// What a plan names the libdeflate by that is linked in, such as "gzip-libdeflate-1.14-6-1MiB".
std::string_view libdeflate_encoder_name();

// The same by libdeflate at level 6, for a chunk of any size.
std::string libdeflate_gzip_member(std::string_view chunk);

}  // namespace kiln
