// SPDX-License-Identifier: Apache-2.0
#include "codec/deflate.hpp"

#include "base/result.hpp"

#include <cstdint>
#include <memory>

#include <libdeflate.h>

namespace kiln {

namespace {

constexpr int k_level = 6;
// Magic number, deflate, no flags, no time, no level, unknown system. Written here and not by the
// library, whose choice might change.
constexpr std::string_view k_header{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10};
constexpr size_t k_trailer_size = 8;

struct FreeCompressor {
  void operator()(libdeflate_compressor* it) const { libdeflate_free_compressor(it); }
};

// One a thread: making it costs more than compressing a small chunk with it.
libdeflate_compressor* compressor() {
  thread_local std::unique_ptr<libdeflate_compressor, FreeCompressor> own(
      libdeflate_alloc_compressor(k_level));
  ASSERT(own != nullptr);
  return own.get();
}

void append_little_endian(std::string& bytes, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
}

}  // namespace

std::string_view gzip_encoder_name() {
  return "gzip-libdeflate-" LIBDEFLATE_VERSION_STRING "-6-1MiB";
}

std::string gzip_member(std::string_view chunk) {
  size_t bound = libdeflate_deflate_compress_bound(compressor(), chunk.size());
  std::string member(k_header);
  member.reserve(k_header.size() + bound + k_trailer_size);
  member.resize_and_overwrite(k_header.size() + bound, [&](char* start, size_t) {
    size_t size = libdeflate_deflate_compress(compressor(), chunk.data(), chunk.size(),
                                              start + k_header.size(), bound);
    ASSERT(size > 0);
    return k_header.size() + size;
  });
  append_little_endian(member, libdeflate_crc32(0, chunk.data(), chunk.size()));
  append_little_endian(member, static_cast<uint32_t>(chunk.size()));
  member.shrink_to_fit();
  return member;
}

}  // namespace kiln
