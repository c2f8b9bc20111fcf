// SPDX-License-Identifier: Apache-2.0
//
// How a file says that it was written, or found whole, since the machine started: by the
// nanoseconds of its modification time. A write gives it others, and for the next start of the
// machine they are others, since they are made from the kernel's random number for it. That matters
// for what is not synced, large records and blobs that were kept in haste: who found one whole may
// have read what a power cut was still to take away.
#pragma once
#include "base/files.hpp"

#include <cstdint>

#include <sys/stat.h>

namespace kiln {

// Checking a smaller one takes less time than marking it is worth, in bytes.
constexpr uint64_t k_marked_record = 1U << 20;

// Whether the file has the mark of this start of the machine.
bool has_boot_mark(const struct stat& info);
// Sets it; the seconds become `seconds`. Failing is fine.
void set_boot_mark(const Path& path, int64_t seconds);

}  // namespace kiln
