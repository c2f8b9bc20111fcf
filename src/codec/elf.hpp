// SPDX-License-Identifier: Apache-2.0
//
// Programs and shared objects, as far as the loader needs to know them: machine, interpreter, the
// names they are known by (DT_SONAME) and ask for (DT_NEEDED), and where they look (DT_RUNPATH).
// ELF of both classes and byte orders; every offset is checked.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln {

// What the loader needs to start a program or shared object.
struct DynamicProgram {
  uint16_t machine = 0;
  std::string interpreter;            // PT_INTERP; empty for a static program or a library
  std::vector<std::string> needed;    // DT_NEEDED, in order
  std::vector<std::string> run_path;  // DT_RUNPATH, or else DT_RPATH, cut at ":"
};

// Nothing for bytes that are no ELF program or that contradict themselves.
std::optional<DynamicProgram> read_dynamic_program(std::string_view bytes);

struct SharedObject {
  uint16_t machine = 0;        // e_machine
  bool is_64_bit = true;       // EI_CLASS
  bool is_big_endian = false;  // EI_DATA
  std::string soname;          // empty when it has none
};

// Nothing for bytes that are no dynamic shared object or that contradict themselves.
std::optional<SharedObject> read_shared_object(std::string_view bytes);

}  // namespace kiln
