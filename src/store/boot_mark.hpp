// SPDX-License-Identifier: Apache-2.0
//
// How a large record's file says that its checksum was found right since the machine started: by
// the nanoseconds of its modification time. A write gives it others, and so does a start of the
// machine, since they are made from the kernel's random number for it. That matters because records
// are not synced: whoever found one whole may have read what a power cut was still to take away.
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
