// SPDX-License-Identifier: Apache-2.0
//
// Decompression of what archives and registries send: one streaming form over a Source, and a fast
// one for bytes in memory. Both read concatenated members, bound what comes out and what memory is
// used, and end with
//   ErrorCode::limit    when more comes out than the caller accepts, or a window is too large
//   ErrorCode::corrupt  when the bytes are damaged or cut short, or something else follows them
#pragma once
#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kiln {

enum class Compression { none, gzip, xz, zstd, bzip2, lzma };

// "none", "gzip", "xz", "zstd", "bzip2", "lzma".
std::string_view str(Compression compression);

// By the magic number of a file's first bytes (13 or more when there are that many); none when no
// known one is there.
Compression detect_compression(std::string_view first_bytes);

// By the suffix of a name: "Packages.xz" is xz, "control.tar" none. Fails with unsupported on the
// suffix of a compression that cannot be read here.
Result<Compression> compression_of_name(std::string_view file_name);

// A source of the decompressed bytes of `from`, which must outlive it; at most `output_limit`.
std::unique_ptr<Source> decompress(Compression compression, Source& from, uint64_t output_limit);

// The decompressed form of bytes in memory, at most `output_limit`.
Result<std::string> decompress_all(Compression compression, std::string_view bytes,
                                   uint64_t output_limit);

// Decompresses the gzip member at the front of `rest` and removes it from there: for formats such
// as apk, where each member means something else.
Result<std::string> take_gzip_member(std::string_view& rest, uint64_t output_limit);

}  // namespace kiln
