// SPDX-License-Identifier: Apache-2.0
//
// Whatever parse_yaml takes without complaint, write_yaml writes so that it reads back equal.
#include "data/yaml.hpp"
#include "data/yaml_write.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  kiln::Diagnostics diagnostics;
  auto node = kiln::parse_yaml({reinterpret_cast<const char*>(data), size}, "x", diagnostics);
  if (!node || diagnostics.has_errors()) return 0;
  auto again = kiln::parse_yaml(kiln::write_yaml(*node), "x", diagnostics);
  ASSERT(again && !diagnostics.has_errors() && *again == *node);
  return 0;
}
