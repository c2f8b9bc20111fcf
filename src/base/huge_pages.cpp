// SPDX-License-Identifier: Apache-2.0
#include "base/huge_pages.hpp"

#include <cstdint>

#include <sys/mman.h>

namespace kiln {

namespace {

constexpr uintptr_t k_huge_page = 2U << 20;

}  // namespace

void prefer_huge_pages(std::string& buffer) {
  auto begin = reinterpret_cast<uintptr_t>(buffer.data() + buffer.size());
  auto end = reinterpret_cast<uintptr_t>(buffer.data()) + buffer.capacity();
  begin = (begin + k_huge_page - 1) / k_huge_page * k_huge_page;
  end = end / k_huge_page * k_huge_page;
  // A kernel without large pages refuses, and small ones do.
  if (begin < end) ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

}  // namespace kiln
