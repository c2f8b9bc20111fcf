// SPDX-License-Identifier: Apache-2.0
#include "oci/layout_lock.hpp"

#include <cerrno>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln::oci {

namespace {

enum class Locked { yes, no, unknown_here };

Result<Locked> try_lock(const Path& directory, const Fd& fd) {
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) {
    struct stat mine = {};
    struct stat named = {};
    if (::fstat(fd.get(), &mine) != 0 || ::stat(directory.c_str(), &named) != 0)
      return fail_errno(fmt::format("cannot lock {}", directory.string()), errno);
    bool same = mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
    return same ? Locked::yes : Locked::no;
  }
  if (errno == EWOULDBLOCK || errno == EINTR) return Locked::no;
  if (errno == ENOLCK || errno == EOPNOTSUPP || errno == EBADF || errno == EINVAL)
    return Locked::unknown_here;
  return fail_errno(fmt::format("cannot lock {}", directory.string()), errno);
}

}  // namespace

Result<Fd> lock_layout(const Path& directory, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds k_step{5};
  for (std::chrono::milliseconds waited{0};; waited += k_step) {
    Fd fd = TRY(open_file(directory, O_RDONLY | O_DIRECTORY));
    Locked locked = TRY(try_lock(directory, fd));
    if (locked == Locked::yes) return fd;
    if (locked == Locked::unknown_here) return Fd();
    if (waited >= patience)
      return fail(ErrorCode::io,
                  fmt::format("another process is changing the layout {}", directory.string()),
                  "wait until it has ended");
    std::this_thread::sleep_for(k_step);
  }
}

}  // namespace kiln::oci
