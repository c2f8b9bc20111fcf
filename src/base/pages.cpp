// SPDX-License-Identifier: Apache-2.0
#include "base/pages.hpp"

#include <cstdint>

#include <sys/mman.h>
#include <unistd.h>

namespace kiln {

void let_go_of_mapped(std::string_view part) {
  const auto page = static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE));
  auto from = reinterpret_cast<uintptr_t>(part.data());
  uintptr_t begin = (from + page - 1) / page * page;
  uintptr_t end = (from + part.size()) / page * page;
  if (begin < end)
    ::madvise(const_cast<char*>(part.data()) + (begin - from), end - begin, MADV_DONTNEED);
}

}  // namespace kiln
