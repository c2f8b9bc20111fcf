// SPDX-License-Identifier: Apache-2.0
//
// The fixed parts of a compiled index, shared by its writer and its reader (see package_index.hpp).
#pragma once
#include <cstdint>
#include <string_view>

namespace kiln::packages::apk::index_format {

inline constexpr std::string_view k_magic = "KILNAPK1";

struct Header {
  char magic[8];
  int64_t date;
  uint32_t packages;
  uint32_t names;
  uint32_t own_names;
  uint32_t relations;
  uint32_t provides;
  uint32_t triggered;
  uint32_t slots;
  uint32_t pool_size;
};
static_assert(sizeof(Header) == 48);

struct Package {
  uint64_t size;
  uint64_t installed_size;
  uint32_t name;
  uint32_t version;  // texts from here
  uint32_t architecture;
  uint32_t checksum;
  uint32_t origin;
  uint32_t provider_priority;
  uint32_t depends;     // where its relations begin
  uint32_t install_if;  // where those of install_if do; both end where the next package's begin
  uint32_t provides;    // where its provides begin
  uint32_t zero;
};
static_assert(sizeof(Package) == 56);

struct Name {
  uint32_t text;
  uint32_t providers;  // where they begin
  uint32_t triggered;
};
static_assert(sizeof(Name) == 12);

struct Link {
  uint32_t name;
  uint32_t version;  // a text
  uint32_t flags;
};
static_assert(sizeof(Link) == 12);

inline constexpr uint32_t k_conflict = 1;
inline constexpr uint32_t k_less = 2;
inline constexpr uint32_t k_equal = 4;
inline constexpr uint32_t k_greater = 8;
inline constexpr uint32_t k_fuzzy = 16;

// Of a package, what it provides; of a name, who provides it.
struct Provided {
  uint32_t number;   // of the name or the package
  uint32_t version;  // a text
};
static_assert(sizeof(Provided) == 8);

// FNV-1a of 64 bits, folded.
inline uint32_t hash_of(std::string_view name) {
  uint64_t hash = 0xcbf29ce484222325;
  for (char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  return static_cast<uint32_t>(hash ^ hash >> 32);
}

}  // namespace kiln::packages::apk::index_format
