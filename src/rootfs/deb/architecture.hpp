// SPDX-License-Identifier: Apache-2.0
//
// What the file trees of Debian's architectures differ by: library directories, loaders, and how
// the loader's cache marks a library.
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace kiln::rootfs::deb {

struct DebianArchitecture {
  std::string_view name;        // "amd64"
  std::string_view triplet;     // "x86_64-linux-gnu"
  std::string_view loader;      // file name of the dynamic loader
  uint16_t elf_machine;         // e_machine of its libraries
  bool is_64_bit;               // their EI_CLASS
  bool is_big_endian;           // their EI_DATA
  uint32_t loader_cache_flags;  // flags of this architecture's entries in ld.so.cache
};

// Machines from the ELF registry; flags from glibc's sysdeps/generic/ldconfig.h, with
// FLAG_ELF_LIBC6.
inline constexpr std::array<DebianArchitecture, 9> k_architectures{{
    {"amd64", "x86_64-linux-gnu", "ld-linux-x86-64.so.2", 62, true, false, 0x0303},
    {"arm64", "aarch64-linux-gnu", "ld-linux-aarch64.so.1", 183, true, false, 0x0a03},
    {"armel", "arm-linux-gnueabi", "ld-linux.so.3", 40, false, false, 0x0b03},
    {"armhf", "arm-linux-gnueabihf", "ld-linux-armhf.so.3", 40, false, false, 0x0903},
    {"i386", "i386-linux-gnu", "ld-linux.so.2", 3, false, false, 0x0003},
    {"mips64el", "mips64el-linux-gnuabi64", "ld.so.1", 8, true, false, 0x0703},
    {"ppc64el", "powerpc64le-linux-gnu", "ld64.so.2", 21, true, false, 0x0503},
    {"riscv64", "riscv64-linux-gnu", "ld-linux-riscv64-lp64d.so.1", 243, true, false, 0x1003},
    {"s390x", "s390x-linux-gnu", "ld64.so.1", 22, true, true, 0x0403},
}};

// Null for an architecture that Kiln does not build for.
constexpr const DebianArchitecture* architecture_of(std::string_view name) {
  for (const DebianArchitecture& one : k_architectures) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

}  // namespace kiln::rootfs::deb
