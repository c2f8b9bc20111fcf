// SPDX-License-Identifier: Apache-2.0
#include "base/directory_lock.hpp"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace kiln {

DirectoryLock lock_directory(const Path& path) {
  using enum DirectoryLock::How;
  auto directory = open_file(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  if (!directory) return {};
  if (::flock(directory->get(), LOCK_EX | LOCK_NB) != 0) {
    bool taken = errno == EWOULDBLOCK || errno == EINTR;
    return {taken ? no : unsupported, Fd()};
  }
  struct stat info = {};
  if (::fstat(directory->get(), &info) != 0 || info.st_nlink == 0) return {};
  return {ours, std::move(*directory)};
}

}  // namespace kiln
