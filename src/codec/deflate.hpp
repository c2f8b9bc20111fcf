// SPDX-License-Identifier: Apache-2.0
//
// gzip for layers. The bytes are a promise: a layer is cut into chunks of k_gzip_chunk, each chunk
// becomes a gzip member of its own, and the members in their order are the compressed layer. So the
// result does not depend on threads, and not on the version of libdeflate either: 1.14 and 1.23
// gave the same bytes for every tar tried (docs/decisions/layer-compression.md), and a test holds
// them. They differ only for some inputs below 3 KiB that are no tars.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace kiln {

inline constexpr size_t k_gzip_chunk = size_t{1} << 20;

// What a plan names this encoder by.
std::string_view gzip_encoder_name();

// One chunk as a gzip member at level 6. Its header (RFC 1952) has no time and no name, and
// says "unknown" for the operating system. May be called from many threads.
std::string gzip_member(std::string_view chunk);

}  // namespace kiln
