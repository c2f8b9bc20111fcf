// SPDX-License-Identifier: Apache-2.0
#include "store/store_files.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln {

void set_time(const Path& path, UnixTime time) {
  timespec times[2] = {{.tv_sec = time, .tv_nsec = 0}, {.tv_sec = time, .tv_nsec = 0}};
  ::utimensat(AT_FDCWD, path.c_str(), times, 0);
}

Result<Fd> lock_file(const Path& path, int operation) {
  Fd fd = TRY(open_file(path, O_RDWR | O_CREAT, 0644));
  while (::flock(fd.get(), operation) != 0) {
    if (errno != EINTR) return fail_errno(fmt::format("cannot lock {}", path.string()), errno);
  }
  return fd;
}

}  // namespace kiln
