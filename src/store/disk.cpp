// SPDX-License-Identifier: Apache-2.0
#include "store/disk.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln {

namespace {

class RealDisk final : public Disk {
 public:
  Result<Fd> create(const Path& path) override {
    return open_file(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
  }

  Result<> write(int fd, std::string_view bytes) override { return write_all(fd, bytes); }

  Result<> sync(int fd, const Path& path) override {
    if (::fdatasync(fd) != 0)
      return fail_errno(fmt::format("cannot write {}", path.string()), errno);
    return {};
  }

  Result<> rename(const Path& from, const Path& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0)
      return fail_errno(fmt::format("cannot create {}", to.string()), errno);
    return {};
  }

  Result<bool> link(const Path& file, const Path& name) override {
    if (::link(file.c_str(), name.c_str()) == 0) return true;
    if (errno == EEXIST || errno == EXDEV || errno == EPERM || errno == EMLINK ||
        errno == EOPNOTSUPP)
      return false;
    return fail_errno(fmt::format("cannot create {}", name.string()), errno);
  }

  Result<> sync_directory(const Path& path) override { return kiln::sync_directory(path); }

  Result<> make_directory(const Path& path) override {
    if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST)
      return fail_errno(fmt::format("cannot create directory {}", path.string()), errno);
    return {};
  }

  Result<> remove(const Path& path) override {
    if (::remove(path.c_str()) != 0 && errno != ENOENT)
      return fail_errno(fmt::format("cannot remove {}", path.string()), errno);
    return {};
  }
};

}  // namespace

Disk& real_disk() {
  static RealDisk disk;
  return disk;
}

}  // namespace kiln
