// SPDX-License-Identifier: Apache-2.0
//
// Programs and shared objects of packages, which the loader's cache is made from.
#include "codec/elf.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)kiln::read_shared_object(bytes);
  (void)kiln::read_dynamic_program(bytes);
  return 0;
}
