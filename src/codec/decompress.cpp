// SPDX-License-Identifier: Apache-2.0
//
// Drives the decoders: over a Source with a buffer between, and over bytes in memory.
#include "codec/decompress.hpp"

#include "base/huge_pages.hpp"
#include "base/strings.hpp"
#include "codec/decoder.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace kiln {

namespace {

constexpr size_t k_input_buffer = 64 * 1024;  // bytes beyond what a decoder wants at once

std::unique_ptr<Decoder> make_decoder(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return make_gzip_decoder();
    case Compression::xz:
      return make_xz_decoder();
    case Compression::zstd:
      return make_zstd_decoder();
    case Compression::bzip2:
      return make_bzip2_decoder();
    case Compression::lzma:
      return make_lzma_decoder();
    case Compression::none:
      break;
  }
  return nullptr;
}

class DecodingSource final : public Source {
 public:
  DecodingSource(std::unique_ptr<Decoder> decoder, Source& from)
      : decoder_(std::move(decoder)),
        from_(from),
        room_(decoder_->wanted() + k_input_buffer),
        buffer_(std::make_unique_for_overwrite<char[]>(room_)) {}

  Result<size_t> read(char* buffer, size_t size) override {
    if (size == 0) return 0;
    while (true) {
      while (input_.size() < decoder_->wanted() && !ended_) TRY(refill());
      size_t before = input_.size();
      size_t given = TRY(decoder_->decode(input_, {buffer, size}, ended_));
      if (given > 0) return given;
      if (input_.size() != before || (input_.empty() && !ended_)) continue;
      if (!input_.empty()) return fail_trailing();
      if (!decoder_->complete()) return fail_incomplete();
      return 0;
    }
  }

 private:
  // Reads more behind what is left.
  Result<> refill() {
    if (!input_.empty()) std::memmove(buffer_.get(), input_.data(), input_.size());
    size_t got = TRY(from_.read(buffer_.get() + input_.size(), room_ - input_.size()));
    input_ = {buffer_.get(), input_.size() + got};
    ended_ = got == 0;
    return {};
  }

  std::unique_ptr<Decoder> decoder_;
  Source& from_;
  size_t room_;
  std::unique_ptr<char[]> buffer_;
  std::string_view input_;  // what of buffer_ is still to be decoded
  bool ended_ = false;
};

class LimitedSource final : public Source {
 public:
  LimitedSource(std::unique_ptr<Source> owned, Source& from, uint64_t limit)
      : owned_(std::move(owned)), from_(from), limit_(limit), left_(limit) {}

  Result<size_t> read(char* buffer, size_t size) override {
    size_t got = TRY(from_.read(buffer, size));
    if (got > left_) return fail_too_large(limit_);
    left_ -= got;
    return got;
  }

 private:
  std::unique_ptr<Source> owned_;
  Source& from_;
  uint64_t limit_;
  uint64_t left_;
};

}  // namespace

std::unexpected<Error> fail_too_large(uint64_t output_limit) {
  return fail(ErrorCode::limit, fmt::format("more than {} would come out of the compressed data",
                                            human_size(output_limit)));
}

std::unique_ptr<Source> decompress(Compression compression, Source& from, uint64_t output_limit) {
  if (compression == Compression::none)
    return std::make_unique<LimitedSource>(nullptr, from, output_limit);
  auto decoding = std::make_unique<DecodingSource>(make_decoder(compression), from);
  Source& decoded = *decoding;
  return std::make_unique<LimitedSource>(std::move(decoding), decoded, output_limit);
}

Result<std::string> decode_all(Decoder& decoder, std::string_view bytes, uint64_t output_limit) {
  const uint64_t most = std::min<uint64_t>(output_limit, SIZE_MAX / 4) + 1;
  std::string output;
  output.reserve(std::min<uint64_t>(most, 4 * bytes.size() + k_input_buffer));
  prefer_huge_pages(output);
  while (true) {
    size_t filled = output.size();
    size_t room = filled < output.capacity() ? output.capacity() : 2 * output.capacity();
    room = std::min<uint64_t>(room, most);
    size_t before = bytes.size();
    Result<size_t> given = 0;
    // libstdc++ 12 may name a larger size to the function than it was asked for.
    output.resize_and_overwrite(room, [&](char* start, size_t) {
      given = decoder.decode(bytes, {start + filled, room - filled}, true);
      return filled + given.value_or(0);
    });
    if (TRY(given) > 0) {
      if (output.size() > output_limit) return fail_too_large(output_limit);
      continue;
    }
    if (bytes.size() != before) continue;
    if (!bytes.empty()) return fail_trailing();
    if (!decoder.complete()) return fail_incomplete();
    return output;
  }
}

Result<std::string> decompress_all(Compression compression, std::string_view bytes,
                                   uint64_t output_limit) {
  switch (compression) {
    case Compression::none:
      if (bytes.size() > output_limit) return fail_too_large(output_limit);
      return std::string(bytes);
    case Compression::gzip:
      return gunzip_all(bytes, output_limit);
    case Compression::zstd:
      return unzstd_all(bytes, output_limit);
    default:
      return decode_all(*make_decoder(compression), bytes, output_limit);
  }
}

}  // namespace kiln
