// SPDX-License-Identifier: Apache-2.0
//
// What the decompressing libraries have in common, each wrapped in a file of its own. Only for the
// files of this folder.
#pragma once
#include "base/result.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace kiln {

class Decoder {
 public:
  virtual ~Decoder() = default;
  // Decodes from the front of `input`, removing what was used, into `output` (not empty) and
  // returns how many bytes that gave. `last` says that nothing follows `input`. Neither using nor
  // giving anything means that more input is needed, or that none is expected any more.
  virtual Result<size_t> decode(std::string_view& input, std::span<char> output, bool last) = 0;
  // How many bytes of input, as long as more follow, the next call should be given at least.
  virtual size_t wanted() const { return 1; }
  // Whether what was decoded so far is one or more whole members.
  virtual bool complete() const = 0;
};

std::unique_ptr<Decoder> make_gzip_decoder();
std::unique_ptr<Decoder> make_xz_decoder();
std::unique_ptr<Decoder> make_lzma_decoder();
std::unique_ptr<Decoder> make_zstd_decoder();
std::unique_ptr<Decoder> make_bzip2_decoder();

// Memory that a decoder may take for its dictionary or window: enough for the highest levels of xz
// (64 MiB) and zstd --ultra (128 MiB).
inline constexpr uint64_t k_decoder_memory = 160U << 20;

// Fast paths for bytes in memory (see decompress_all).
Result<std::string> gunzip_all(std::string_view bytes, uint64_t output_limit);
Result<std::string> unzstd_all(std::string_view bytes, uint64_t output_limit);
// The general path: drives a decoder over bytes in memory.
Result<std::string> decode_all(Decoder& decoder, std::string_view bytes, uint64_t output_limit);

inline std::unexpected<Error> fail_damaged(std::string_view what) {
  return fail(ErrorCode::corrupt, std::string(what) + " data is damaged");
}
inline std::unexpected<Error> fail_incomplete() {
  return fail(ErrorCode::corrupt, "compressed data is cut short");
}
inline std::unexpected<Error> fail_trailing() {
  return fail(ErrorCode::corrupt, "something else follows the compressed data");
}
std::unexpected<Error> fail_too_large(uint64_t output_limit);

}  // namespace kiln
