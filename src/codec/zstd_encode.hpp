// SPDX-License-Identifier: Apache-2.0
//
// zstd for layers, by choice of the plan: as in deflate.hpp a layer is cut into chunks, each of
// which becomes a frame of its own. Bytes change between versions of the library, so it is linked
// in, and its version is part of the encoder's name.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace kiln {

inline constexpr size_t k_zstd_chunk = size_t{4} << 20;

// What a plan names this encoder by, such as "zstd-1.5.4-3-4MiB".
std::string zstd_encoder_name();

// One chunk as a zstd frame at level 3, with its size and a checksum. May be called from many
// threads.
std::string zstd_frame(std::string_view chunk);

}  // namespace kiln
