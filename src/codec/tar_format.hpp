// SPDX-License-Identifier: Apache-2.0
//
// The parts of the tar format that reader and writer share. Only for the files of this folder.
#pragma once
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::tar_format {

constexpr size_t k_block = 512;
constexpr size_t k_longest_path = 4096;
constexpr size_t k_largest_extension = 1 << 20;

// Where a field lies in a header block.
struct Field {
  size_t at;
  size_t size;
  constexpr std::string_view in(std::string_view block) const { return block.substr(at, size); }
};

constexpr Field k_name{0, 100}, k_mode{100, 8}, k_uid{108, 8}, k_gid{116, 8}, k_size{124, 12},
    k_mtime{136, 12}, k_checksum{148, 8}, k_type{156, 1}, k_link{157, 100}, k_magic{257, 8},
    k_major{329, 8}, k_minor{337, 8}, k_prefix{345, 155};

constexpr std::string_view k_posix_magic{"ustar\00000", 8};
constexpr std::string_view k_gnu_magic{"ustar  \0", 8};

constexpr char k_pax_entry = 'x', k_pax_global = 'g', k_gnu_long_name = 'L', k_gnu_long_link = 'K';

// The sum of a header's bytes, with the checksum field taken as blanks.
uint32_t checksum(std::string_view block);

// A number as a header holds it: octal digits between blanks and NULs (no digit is 0), or, when
// the first bit is set, a big-endian number of two's complement (GNU base-256).
Result<int64_t> parse_number(std::string_view field);

// What a pax extended header says; an empty value in it takes back what an earlier one said.
struct PaxValues {
  std::optional<std::string> path;
  std::optional<std::string> link;
  std::optional<uint64_t> size;
  std::optional<int64_t> mtime;
  std::optional<uint32_t> uid;
  std::optional<uint32_t> gid;
  std::map<std::string, std::string> xattrs;
  std::optional<std::string> apk_sha1;
};

// apk-tools: the SHA-1 of a file's content or a symlink's target, in hexadecimal.
constexpr std::string_view k_apk_sha1 = "APK-TOOLS.checksum.SHA1";
constexpr std::string_view k_xattr_prefix = "SCHILY.xattr.";

// Adds the records "length key=value\n" of an extended header to `values`. Keys that do not matter
// here (owner names, access times, comments) are passed over.
Result<> parse_pax(std::string_view records, PaxValues& values);

// One such record; its length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value);

constexpr uint64_t padded(uint64_t size) {
  return (size + k_block - 1) / k_block * k_block;
}

}  // namespace kiln::tar_format
