// SPDX-License-Identifier: Apache-2.0
#include "store/store_files.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln {

namespace {

Result<> wait_for_lock(const Fd& fd, int operation, const Path& path) {
  while (::flock(fd.get(), operation) != 0)
    if (errno != EINTR) return fail_errno(fmt::format("cannot lock {}", path.string()), errno);
  return {};
}

}  // namespace

void set_time(const Path& path, UnixTime time, long nanoseconds) {
  timespec at{.tv_sec = time, .tv_nsec = nanoseconds};
  timespec times[2] = {at, at};
  ::utimensat(AT_FDCWD, path.c_str(), times, 0);
}

Result<Fd> lock_file(const Path& path, int operation) {
  Fd fd = TRY(open_file(path, O_RDWR | O_CREAT, 0644));
  TRY(wait_for_lock(fd, operation, path));
  return fd;
}

Result<bool> set_aside(const Path& path, const Path& quarantine, const std::string& name,
                       Disk& disk, const std::function<bool()>& still_bad) {
  Fd lock = TRY(open_file(quarantine, O_RDONLY | O_DIRECTORY));
  TRY(wait_for_lock(lock, LOCK_EX, quarantine));
  if (!still_bad()) return false;
  TRY(disk.rename(path, quarantine / name));
  return true;
}

}  // namespace kiln
