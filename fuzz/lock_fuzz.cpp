// SPDX-License-Identifier: Apache-2.0
//
// Whatever reads as a lock is written as a text that reads as the same lock.
#include "base/result.hpp"
#include "plan/lock.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto lock = kiln::plan::read_lock({reinterpret_cast<const char*>(data), size});
  if (!lock) return 0;
  std::string text = kiln::plan::write_lock(*lock);
  auto again = kiln::plan::read_lock(text);
  ASSERT(again.has_value() && kiln::plan::write_lock(*again) == text);
  return 0;
}
