// SPDX-License-Identifier: Apache-2.0
//
// Zstandard (RFC 8878), any number of frames. In memory a frame that says its size is decoded
// straight into the result.
#include "codec/decoder.hpp"

#include <algorithm>

#include <zstd.h>
#include <zstd_errors.h>

namespace kiln {

namespace {

// 2^27 bytes, what `zstd` itself accepts without being told otherwise.
constexpr int k_window_log = 27;
// A frame that promises to grow more than this is decoded step by step, so that a lie in a few
// bytes cannot reserve all that the caller would accept.
constexpr uint64_t k_trusted_ratio = 4096;

struct FreeContext {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};
using Context = std::unique_ptr<ZSTD_DCtx, FreeContext>;

Context make_context() {
  Context context(ZSTD_createDCtx());
  ASSERT(context != nullptr);
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, k_window_log);
  return context;
}

class ZstdDecoder final : public Decoder {
 public:
  Result<size_t> decode(std::string_view& input, std::span<char> output, bool) override {
    ZSTD_inBuffer in = {input.data(), input.size(), 0};
    ZSTD_outBuffer out = {output.data(), output.size(), 0};
    if (at_frame_end_ && input.empty()) return 0;
    size_t status = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(status)) {
      if (ZSTD_getErrorCode(status) == ZSTD_error_frameParameter_windowTooLarge)
        return fail(ErrorCode::limit, "zstd data needs a larger window than is allowed");
      return fail_damaged("zstd");
    }
    input.remove_prefix(in.pos);
    at_frame_end_ = status == 0;
    return out.pos;
  }
  bool complete() const override { return at_frame_end_; }

 private:
  Context context_ = make_context();
  bool at_frame_end_ = false;
};

// The size that the frame at the front promises, when it promises one that can be believed.
std::optional<uint64_t> believable_size(std::string_view bytes, size_t frame_size) {
  unsigned long long promised = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
  if (promised == ZSTD_CONTENTSIZE_UNKNOWN || promised == ZSTD_CONTENTSIZE_ERROR) return {};
  if (promised / k_trusted_ratio > frame_size) return {};
  return promised;
}

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder() {
  return std::make_unique<ZstdDecoder>();
}

Result<std::string> unzstd_all(std::string_view bytes, uint64_t output_limit) {
  thread_local Context context = make_context();
  if (bytes.empty()) return fail_incomplete();
  std::string output;
  for (std::string_view rest = bytes; !rest.empty();) {
    size_t frame_size = ZSTD_findFrameCompressedSize(rest.data(), rest.size());
    if (ZSTD_isError(frame_size))
      return fail(ErrorCode::corrupt, "zstd data is damaged or cut short");
    std::optional<uint64_t> promised = believable_size(rest, frame_size);
    if (!promised) return decode_all(*make_zstd_decoder(), bytes, output_limit);
    size_t filled = output.size();
    if (*promised > output_limit - filled) return fail_too_large(output_limit);
    size_t given = 0;
    output.resize_and_overwrite(filled + *promised, [&](char* start, size_t) {
      given =
          ZSTD_decompressDCtx(context.get(), start + filled, *promised, rest.data(), frame_size);
      return ZSTD_isError(given) ? filled : filled + given;
    });
    if (ZSTD_isError(given) || given != *promised) return fail_damaged("zstd");
    rest.remove_prefix(frame_size);
  }
  return output;
}

}  // namespace kiln
