// SPDX-License-Identifier: Apache-2.0
//
// What Debian's architectures call themselves, their library directories and their loaders.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace kiln::rootfs {

struct DebianArchitecture {
  std::string_view name;        // "amd64"
  std::string_view oci;         // "amd64": Go's name, as in image configurations
  std::string_view triplet;     // "x86_64-linux-gnu"
  std::string_view loader;      // file name of the dynamic loader
  uint16_t elf_machine;         // e_machine
  uint32_t loader_cache_flags;  // flags of this architecture's entries in ld.so.cache
};

// EM_X86_64 62, EM_AARCH64 183; flags from glibc's sysdeps/generic/ldconfig.h, with FLAG_ELF_LIBC6.
inline constexpr std::array<DebianArchitecture, 2> k_architectures{{
    {"amd64", "amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2", 62, 0x0303},
    {"arm64", "arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1", 183, 0x0a03},
}};

// Null for an architecture that Kiln does not build for.
constexpr const DebianArchitecture* architecture_of(std::string_view oci) {
  for (const DebianArchitecture& one : k_architectures) {
    if (one.oci == oci) return &one;
  }
  return nullptr;
}

}  // namespace kiln::rootfs
