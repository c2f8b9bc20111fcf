// SPDX-License-Identifier: Apache-2.0
#include "codec/gzip_encoder.hpp"

#include "base/result.hpp"
#include "codec/deflate_encoder.hpp"

#include <cstdint>
#include <memory>

#include <fmt/format.h>
#include <libdeflate.h>

namespace kiln {

namespace {

static_assert(k_gzip_chunk <= k_deflate_max_input);

constexpr int k_libdeflate_level = 6;
// Magic number, deflate, no flags, no time, no level, unknown system.
constexpr std::string_view k_header{"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", 10};

struct FreeCompressor {
  void operator()(libdeflate_compressor* it) const { libdeflate_free_compressor(it); }
};

// One a thread: making it costs more than compressing a small chunk with it.
libdeflate_compressor* compressor() {
  thread_local std::unique_ptr<libdeflate_compressor, FreeCompressor> own(
      libdeflate_alloc_compressor(k_libdeflate_level));
  ASSERT(own != nullptr);
  return own.get();
}

void append_by_libdeflate(std::string_view chunk, std::string& output) {
  size_t before = output.size();
  size_t bound = libdeflate_deflate_compress_bound(compressor(), chunk.size());
  output.resize_and_overwrite(before + bound, [&](char* start, size_t) {
    size_t size = libdeflate_deflate_compress(compressor(), chunk.data(), chunk.size(),
                                              start + before, bound);
    ASSERT(size > 0);
    return before + size;
  });
}

void append_little_endian(std::string& bytes, uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift & 0xff);
}

std::string member(std::string_view chunk, void (*append)(std::string_view, std::string&)) {
  std::string bytes(k_header);
  append(chunk, bytes);
  append_little_endian(bytes, libdeflate_crc32(0, chunk.data(), chunk.size()));
  append_little_endian(bytes, static_cast<uint32_t>(chunk.size()));
  bytes.shrink_to_fit();
  return bytes;
}

}  // namespace

std::string gzip_encoder_name() {
  return fmt::format("gzip-kiln-{}-{}MiB", k_deflate_encoder_version, k_gzip_chunk >> 20);
}

std::string gzip_member(std::string_view chunk) {
  return member(chunk, append_deflated);
}

std::string_view libdeflate_encoder_name() {
  return "gzip-libdeflate-" LIBDEFLATE_VERSION_STRING "-6-1MiB";
}

std::string libdeflate_gzip_member(std::string_view chunk) {
  return member(chunk, append_by_libdeflate);
}

}  // namespace kiln
