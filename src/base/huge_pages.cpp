// SPDX-License-Identifier: Apache-2.0
#include "base/huge_pages.hpp"

#include <memory>

#include <sys/mman.h>

namespace kiln {

namespace {

constexpr size_t k_huge_page = 2U << 20;

}  // namespace

void prefer_huge_pages(std::string& buffer) {
  void* begin = buffer.data() + buffer.size();
  size_t space = buffer.capacity() - buffer.size();
  if (std::align(k_huge_page, k_huge_page, begin, space) == nullptr) return;
  // A kernel without large pages refuses, and small ones do.
  ::madvise(begin, space / k_huge_page * k_huge_page, MADV_HUGEPAGE);
}

}  // namespace kiln
