// SPDX-License-Identifier: Apache-2.0
//
// How derived records and state lie in their files:
//
//   record   = magic name-sum size payload-sum payload
//   magic    = "KILNREC1"
//   name-sum = u64   ; checksum of "kind/key"
//   size     = u64   ; bytes of the payload
//   payload-sum = u64
//
// Numbers are little-endian; the payload begins at byte 32, so that mapped tables are aligned. The
// checksum finds torn and rotten files; it is no protection against somebody who can write them.
#pragma once
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace kiln {

constexpr size_t k_record_header = 32;

// 1 to 200 of [a-z0-9._-], not beginning with a dot.
bool is_record_name(std::string_view name);

// The 32 bytes that stand before `payload` in the file of kind/key.
std::string record_header(std::string_view kind, std::string_view key, std::string_view payload);

// The payload of a file's bytes, or corrupt with the reason.
Result<std::string_view> open_record(std::string_view kind, std::string_view key,
                                     std::string_view file);
// The same without the checksum of the payload, for one that is known to be whole.
Result<std::string_view> open_checked_record(std::string_view kind, std::string_view key,
                                             std::string_view file);

// 64 bits over four independent lanes of 8 bytes (multiply and rotate, every step invertible, so
// that any change of one word changes the sum); several GB/s, the same on every machine.
uint64_t record_checksum(std::string_view bytes);

}  // namespace kiln
