// SPDX-License-Identifier: Apache-2.0
//
// The fixed parts of a compiled index, shared by its writer and its reader (see index.hpp).
#pragma once
#include <cstdint>
#include <string_view>

namespace kiln::packages::deb::index_format {

inline constexpr std::string_view k_magic = "KILNDEB1";

struct Header {
  char magic[8];
  uint32_t records;
  uint32_t provided;
  uint64_t pool_size;
  uint64_t zero;
};
static_assert(sizeof(Header) == 32);

struct Numbers {
  uint64_t size;
  uint64_t installed_size;
  char sha256[32];
  uint32_t flags;
  uint32_t zero;
};
static_assert(sizeof(Numbers) == 56);

// Flags: essential, important, two bits of MultiArch, three bits of priority.
inline constexpr uint32_t k_essential = 1;
inline constexpr uint32_t k_important = 2;
inline constexpr uint32_t k_multi_arch_shift = 2;
inline constexpr uint32_t k_priority_shift = 4;

struct ProvidedName {
  uint32_t begin;
  uint32_t length;
  uint32_t record;
};
static_assert(sizeof(ProvidedName) == 12);

}  // namespace kiln::packages::deb::index_format
