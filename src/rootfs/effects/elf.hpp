// SPDX-License-Identifier: Apache-2.0
//
// Shared objects, as far as the loader's cache needs to know them: machine, and the name by which
// programs ask for them (DT_SONAME). Little-endian ELF of both classes; every offset is checked.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::rootfs {

struct SharedObject {
  uint16_t machine = 0;   // e_machine
  bool is_64_bit = true;  // EI_CLASS
  std::string soname;     // empty when it has none
};

// Nothing for bytes that are no dynamic shared object or that contradict themselves.
std::optional<SharedObject> read_shared_object(std::string_view bytes);

}  // namespace kiln::rootfs
