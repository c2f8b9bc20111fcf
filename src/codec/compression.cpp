// SPDX-License-Identifier: Apache-2.0
//
// Telling compressions apart, by magic number and by name.
#include "base/strings.hpp"
#include "codec/decompress.hpp"

#include <array>
#include <bit>
#include <utility>

#include <fmt/format.h>

namespace kiln {

namespace {

using namespace std::string_view_literals;

// A .lzma file has no magic number: properties 0x5d, then a dictionary size, which every encoder
// makes 2^n or 2^n + 2^(n-1) bytes, then the size or eight 0xff (lzma-file-format.txt section 1).
bool looks_like_lzma(std::string_view bytes) {
  if (bytes.size() < 13 || bytes[0] != 0x5d) return false;
  uint32_t dictionary = 0;
  for (size_t i = 4; i >= 1; --i)
    dictionary = dictionary << 8 | static_cast<unsigned char>(bytes[i]);
  uint32_t lowest = dictionary & -dictionary;
  bool usual =
      std::has_single_bit(dictionary) || (lowest != 0 && dictionary == (lowest | lowest << 1));
  auto top = static_cast<unsigned char>(bytes[12]);
  return usual && dictionary >= 4096 && (top == 0 || top == 0xff);
}

// RFC 8878 section 3.1.2: 0x184D2A50 to 0x184D2A5F, little-endian.
bool is_skippable_zstd(std::string_view bytes) {
  return bytes.size() >= 4 && (static_cast<unsigned char>(bytes[0]) & 0xf0) == 0x50 &&
         bytes.substr(1, 3) == "\x2a\x4d\x18"sv;
}

constexpr std::array k_suffixes = {
    std::pair{".gz"sv, Compression::gzip},   std::pair{".tgz"sv, Compression::gzip},
    std::pair{".xz"sv, Compression::xz},     std::pair{".txz"sv, Compression::xz},
    std::pair{".zst"sv, Compression::zstd},  std::pair{".tzst"sv, Compression::zstd},
    std::pair{".bz2"sv, Compression::bzip2}, std::pair{".tbz2"sv, Compression::bzip2},
    std::pair{".tbz"sv, Compression::bzip2}, std::pair{".lzma"sv, Compression::lzma},
    std::pair{".tlz"sv, Compression::lzma},
};
constexpr std::array k_unsupported = {".lz4"sv, ".lz"sv, ".lzo"sv, ".br"sv, ".Z"sv};

}  // namespace

std::string_view str(Compression compression) {
  constexpr std::array names = {"none"sv, "gzip"sv, "xz"sv, "zstd"sv, "bzip2"sv, "lzma"sv};
  return names[static_cast<size_t>(compression)];
}

Compression detect_compression(std::string_view first_bytes) {
  if (first_bytes.starts_with("\x1f\x8b"sv)) return Compression::gzip;
  if (first_bytes.starts_with("\xfd"
                              "7zXZ\0"sv))
    return Compression::xz;
  if (first_bytes.starts_with("\x28\xb5\x2f\xfd"sv) || is_skippable_zstd(first_bytes))
    return Compression::zstd;
  if (first_bytes.starts_with("BZh"sv)) return Compression::bzip2;
  if (looks_like_lzma(first_bytes)) return Compression::lzma;
  return Compression::none;
}

Result<Compression> compression_of_name(std::string_view file_name) {
  for (auto [suffix, compression] : k_suffixes)
    if (file_name.ends_with(suffix)) return compression;
  for (std::string_view suffix : k_unsupported)
    if (file_name.ends_with(suffix))
      return fail(ErrorCode::unsupported, fmt::format("'{}': files compressed as {} cannot be read",
                                                      printable(file_name), suffix));
  return Compression::none;
}

}  // namespace kiln
