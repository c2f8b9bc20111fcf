// SPDX-License-Identifier: Apache-2.0
//
// How layers are compressed, by the name that plans use: a layer's tar is cut into chunks of a
// fixed size, each of which is compressed alone, so the bytes depend on no thread and no machine.
#pragma once
#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace kiln::image {

struct Encoder {
  std::string name;        // "gzip-kiln-1-1MiB"
  std::string media_type;  // of layers compressed with it
  size_t chunk_size = 0;
  std::string (*compress)(std::string_view chunk) = nullptr;  // may be called from many threads
};

// The encoder of that name: Kiln's own, or a library in the version that is linked in. Fails with
// unsupported on one that this build lacks, such as another version of zstd.
Result<Encoder> encoder_named(std::string_view name);

// What a plan's policies name for "gzip", "zstd" and "", the builder's choice (gzip).
Result<std::string> encoder_name_for(std::string_view compression);

}  // namespace kiln::image
