// SPDX-License-Identifier: Apache-2.0
//
// Shared objects of packages, which the loader's cache is made from.
#include "rootfs/effects/elf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  (void)kiln::rootfs::read_shared_object({reinterpret_cast<const char*>(data), size});
  return 0;
}
