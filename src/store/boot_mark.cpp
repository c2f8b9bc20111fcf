// SPDX-License-Identifier: Apache-2.0
#include "store/boot_mark.hpp"

#include "store/record.hpp"

#include <fcntl.h>

namespace kiln {

namespace {

constexpr uint64_t k_nanoseconds = 1'000'000'000;

// 1 to 999,999,999, or 0 when the kernel does not name this start.
long mark_of_this_start() {
  static const long mark = [] {
    auto id = read_file("/proc/sys/kernel/random/boot_id", 4096);
    if (!id || id->empty()) return 0L;
    return static_cast<long>(1 + record_checksum(*id) % (k_nanoseconds - 1));
  }();
  return mark;
}

}  // namespace

bool has_boot_mark(const struct stat& info) {
  return info.st_mtim.tv_nsec != 0 && info.st_mtim.tv_nsec == mark_of_this_start();
}

void set_boot_mark(const Path& path, int64_t seconds) {
  if (mark_of_this_start() == 0) return;
  timespec time = {.tv_sec = seconds, .tv_nsec = mark_of_this_start()};
  timespec times[2] = {time, time};
  ::utimensat(AT_FDCWD, path.c_str(), times, 0);
}

}  // namespace kiln
