// SPDX-License-Identifier: Apache-2.0
//
// Large buffers in large pages, where the kernel gives them when asked. Each page of 4 KiB of new
// memory costs a fault when it is first written; for the tens of MiB of a package index that is a
// good part of the time that reading it takes.
#pragma once
#include <string>

namespace kiln {

// Asks for large pages for what `buffer` has reserved and not yet written. No buffer is too small.
void prefer_huge_pages(std::string& buffer);

}  // namespace kiln
