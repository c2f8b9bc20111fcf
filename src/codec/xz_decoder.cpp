// SPDX-License-Identifier: Apache-2.0
//
// xz (multi-stream, all integrity checks) and the older .lzma by liblzma. One thread: packages are
// decoded beside each other, and few of them have more than one block that threads could share.
#include "codec/decoder.hpp"

#include <lzma.h>

namespace kiln {

namespace {

class LzmaDecoder final : public Decoder {
 public:
  enum class Format { xz, alone };

  explicit LzmaDecoder(Format format) : format_(format) {
    lzma_ret status = format == Format::xz
                          ? lzma_stream_decoder(&stream_, k_decoder_memory, LZMA_CONCATENATED)
                          : lzma_alone_decoder(&stream_, k_decoder_memory);
    ASSERT(status == LZMA_OK);
  }
  ~LzmaDecoder() override { lzma_end(&stream_); }
  LzmaDecoder(const LzmaDecoder&) = delete;
  LzmaDecoder& operator=(const LzmaDecoder&) = delete;

  Result<size_t> decode(std::string_view& input, std::span<char> output, bool last) override {
    if (ended_) return 0;
    stream_.next_in = reinterpret_cast<const uint8_t*>(input.data());
    stream_.avail_in = input.size();
    stream_.next_out = reinterpret_cast<uint8_t*>(output.data());
    stream_.avail_out = output.size();
    lzma_ret status = lzma_code(&stream_, last ? LZMA_FINISH : LZMA_RUN);
    input.remove_prefix(input.size() - stream_.avail_in);
    switch (status) {
      case LZMA_OK:
      case LZMA_BUF_ERROR:
        break;
      case LZMA_STREAM_END:
        ended_ = true;
        break;
      case LZMA_MEMLIMIT_ERROR:
      case LZMA_MEM_ERROR:
        return fail(ErrorCode::limit, "xz data needs more memory to decode than is allowed");
      default:
        return fail_damaged(format_ == Format::xz ? "xz" : "lzma");
    }
    return output.size() - stream_.avail_out;
  }
  bool complete() const override { return ended_; }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  Format format_;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder() {
  return std::make_unique<LzmaDecoder>(LzmaDecoder::Format::xz);
}

std::unique_ptr<Decoder> make_lzma_decoder() {
  return std::make_unique<LzmaDecoder>(LzmaDecoder::Format::alone);
}

}  // namespace kiln
