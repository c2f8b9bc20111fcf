// SPDX-License-Identifier: Apache-2.0
//
// The fixed parts of a compiled index, shared by its writer and its reader (see package_index.hpp).
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace kiln::packages::apk::index_format {

inline constexpr std::string_view k_magic = "KILNAPK2";

struct Header {
  char magic[8];
  int64_t date;
  uint32_t packages;
  uint32_t names;
  uint32_t relations;
  uint32_t provides;
  uint32_t triggered;
  uint32_t slots;
  uint32_t pool_size;
  uint32_t zero;
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

// Eight bytes a step, each multiplied into the hash; the rest padded with zeros.
inline uint32_t hash_of(std::string_view name) {
  constexpr uint64_t k_odd = 0x9e3779b97f4a7c15;
  uint64_t hash = name.size() * k_odd;
  auto step = [&](const char* bytes, size_t size) {
    uint64_t word = 0;
    std::memcpy(&word, bytes, size);
    hash = (hash ^ word) * k_odd;
    hash ^= hash >> 32;
  };
  size_t place = 0;
  for (; place + 8 <= name.size(); place += 8) step(name.data() + place, 8);
  if (place < name.size()) step(name.data() + place, name.size() - place);
  return static_cast<uint32_t>(hash);
}

}  // namespace kiln::packages::apk::index_format
