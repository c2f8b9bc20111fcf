// SPDX-License-Identifier: Apache-2.0
//
// gzip (RFC 1952): libdeflate, which is more than twice as fast, for memory and for streams of
// small members; zlib for other streams.
#include "base/huge_pages.hpp"
#include "codec/decoder.hpp"
#include "codec/decompress.hpp"

#include <algorithm>
#include <climits>

#include <libdeflate.h>
#include <zlib.h>

namespace kiln {

namespace {

// Room is reserved at once for a promised growth of at most this; past it, room grows as it fills,
// so that a lie in four bytes costs nothing.
constexpr uint64_t k_trusted_ratio = 32;

constexpr size_t k_small_member = size_t{1} << 20;                  // bytes, decoded
constexpr size_t k_small_compressed = k_small_member + (4U << 10);  // one that did not shrink

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* it) const { libdeflate_free_decompressor(it); }
};

libdeflate_decompressor* decompressor() {
  thread_local std::unique_ptr<libdeflate_decompressor, FreeDecompressor> own(
      libdeflate_alloc_decompressor());
  ASSERT(own != nullptr);
  return own.get();
}

// Whole members by libdeflate as long as they are as small as those that layers of Kiln are made
// of; from the first larger one on zlib, which needs no member as a whole.
class GzipDecoder final : public Decoder {
 public:
  GzipDecoder() {
    constexpr int gzip_only = 16 + MAX_WBITS;
    ASSERT(inflateInit2(&stream_, gzip_only) == Z_OK);
  }
  ~GzipDecoder() override { inflateEnd(&stream_); }
  GzipDecoder(const GzipDecoder&) = delete;
  GzipDecoder& operator=(const GzipDecoder&) = delete;

  Result<size_t> decode(std::string_view& input, std::span<char> output, bool) override {
    if (!member_rest_.empty()) return hand_out(output);
    if (!inside_member_) {
      if (input.empty()) return 0;
      if (members_are_small_ && take_small_member(input)) return hand_out(output);
      members_are_small_ = false;
      inflateReset(&stream_);
      inside_member_ = true;
    }
    return inflate_some(input, output);
  }
  size_t wanted() const override { return members_are_small_ ? k_small_compressed : 1; }
  bool complete() const override { return any_member_ && !inside_member_ && member_rest_.empty(); }

 private:
  // False when the member is larger, or damaged: zlib is to say how.
  bool take_small_member(std::string_view& input) {
    size_t used = 0;
    bool taken = false;
    member_.resize_and_overwrite(k_small_member, [&](char* start, size_t) {
      size_t given = 0;
      taken = libdeflate_gzip_decompress_ex(decompressor(), input.data(), input.size(), start,
                                            k_small_member, &used, &given) == LIBDEFLATE_SUCCESS;
      return taken ? given : 0;
    });
    if (!taken) return false;
    input.remove_prefix(used);
    member_rest_ = member_;
    any_member_ = true;
    return true;
  }

  size_t hand_out(std::span<char> output) {
    size_t given = member_rest_.copy(output.data(), output.size());
    member_rest_.remove_prefix(given);
    return given;
  }

  Result<size_t> inflate_some(std::string_view& input, std::span<char> output) {
    auto given = static_cast<uInt>(std::min<size_t>(input.size(), UINT_MAX));
    auto room = static_cast<uInt>(std::min<size_t>(output.size(), UINT_MAX));
    // zlib does not write to its input, whatever its type says.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream_.avail_in = given;
    stream_.next_out = reinterpret_cast<Bytef*>(output.data());
    stream_.avail_out = room;
    int status = inflate(&stream_, Z_NO_FLUSH);
    input.remove_prefix(given - stream_.avail_in);
    if (status == Z_STREAM_END) {
      inside_member_ = false;
      any_member_ = true;
    } else if (status != Z_OK && status != Z_BUF_ERROR) {
      return fail_damaged("gzip");
    }
    return room - stream_.avail_out;
  }

  z_stream stream_{};
  std::string member_;            // a small one, decoded
  std::string_view member_rest_;  // what of it was not handed out
  bool members_are_small_ = true;
  bool inside_member_ = false;  // of one that zlib decodes
  bool any_member_ = false;
};

// ISIZE, the last four bytes of a member: its size modulo 2^32.
uint64_t promised_size(std::string_view bytes) {
  uint64_t size = 0;
  for (size_t i = 1; i <= 4 && i <= bytes.size(); ++i)
    size = size << 8 | static_cast<unsigned char>(bytes[bytes.size() - i]);
  return std::min(size, k_trusted_ratio * bytes.size());
}

// Appends what the first member of `rest` holds. Its size is known to nobody before it is decoded,
// so a member that does not fit into what is reserved is decoded again with twice the room.
Result<> append_member(std::string_view& rest, std::string& output, uint64_t output_limit) {
  const uint64_t most = std::min<uint64_t>(output_limit, SIZE_MAX / 4);
  const size_t filled = output.size();
  size_t room = std::max<size_t>(output.capacity(), filled + 512);
  while (true) {
    room = std::min<uint64_t>(room, most);
    size_t used = 0;
    libdeflate_result status = LIBDEFLATE_BAD_DATA;
    output.resize_and_overwrite(room, [&](char* start, size_t) {
      size_t given = 0;
      status = libdeflate_gzip_decompress_ex(decompressor(), rest.data(), rest.size(),
                                             start + filled, room - filled, &used, &given);
      return filled + (status == LIBDEFLATE_SUCCESS ? given : 0);
    });
    if (status == LIBDEFLATE_SUCCESS) {
      rest.remove_prefix(used);
      return {};
    }
    if (status != LIBDEFLATE_INSUFFICIENT_SPACE)
      return fail(ErrorCode::corrupt, "gzip data is damaged or cut short");
    if (room == most) return fail_too_large(output_limit);
    room *= 2;
  }
}

}  // namespace

std::unique_ptr<Decoder> make_gzip_decoder() {
  return std::make_unique<GzipDecoder>();
}

Result<std::string> gunzip_all(std::string_view bytes, uint64_t output_limit) {
  std::string output;
  output.reserve(std::min(output_limit, std::max<uint64_t>(promised_size(bytes), bytes.size())));
  prefer_huge_pages(output);
  do {
    TRY(append_member(bytes, output, output_limit));
  } while (!bytes.empty());
  return output;
}

Result<std::string> take_gzip_member(std::string_view& rest, uint64_t output_limit) {
  std::string output;
  TRY(append_member(rest, output, output_limit));
  return output;
}

}  // namespace kiln
