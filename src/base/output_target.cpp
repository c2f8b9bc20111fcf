// SPDX-License-Identifier: Apache-2.0
#include "base/output_target.hpp"

#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln {

namespace {

namespace fs = std::filesystem;

bool same(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

std::unexpected<Error> no_file(const Path& path, std::string_view what) {
  return fail(ErrorCode::bad_input, fmt::format("{} is {}", path.string(), what),
              "name a file, or a pipe");
}

Result<Fd> standard_output() {
  int number = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
  if (number < 0) return fail_errno("cannot write to standard output", errno);
  return Fd(number);
}

// What is not there: a new file, unless the name is that of a link.
Result<OutputTarget> absent(const Path& path) {
  std::error_code error;
  if (!fs::is_symlink(fs::symlink_status(path, error))) return OutputTarget{path, {}};
  return fail(ErrorCode::bad_input,
              fmt::format("{} is a symbolic link to {}, which is not there", path.string(),
                          fs::read_symlink(path, error).string()),
              "remove the link, or name the file itself");
}

// The file's own name, by the descriptor that the kernel's rules for links allowed to open.
Result<OutputTarget> through_link(const Path& path, const Fd& opened, const struct stat& info) {
  std::error_code error;
  Path real = fs::read_symlink(fmt::format("/proc/self/fd/{}", opened.get()), error);
  struct stat found = {};
  if (error || ::lstat(real.c_str(), &found) != 0 || !same(found, info))
    return no_file(path, "a symbolic link to a file that has no name");
  return OutputTarget{real, {}};
}

}  // namespace

std::string output_name(const Path& path) {
  return path == k_standard_output ? "standard output" : path.string();
}

bool is_standard_output(const Path& path) {
  struct stat named = {};
  struct stat ours = {};
  if (::stat(path.c_str(), &named) != 0 || ::fstat(STDOUT_FILENO, &ours) != 0) return false;
  if (!same(named, ours)) return false;
  struct stat itself = {};
  // A file that standard output happens to go to may still be replaced by its name.
  return !S_ISREG(named.st_mode) || (::lstat(path.c_str(), &itself) == 0 && !same(itself, named));
}

Result<OutputTarget> find_output_target(const Path& path) {
  if (is_standard_output(path)) return OutputTarget{path, TRY(standard_output())};
  if (!path.empty() && !path.has_filename()) return no_file(path, "the name of a directory");
  Result<Fd> opened = open_file(path, O_PATH);
  if (!opened && opened.error().code == ErrorCode::not_found) return absent(path);
  if (!opened) return std::unexpected(std::move(opened.error()));
  struct stat info = {};
  if (::fstat(opened->get(), &info) != 0)
    return fail_errno(fmt::format("cannot look at {}", path.string()), errno);
  if (S_ISDIR(info.st_mode)) return no_file(path, "a directory");
  if (S_ISBLK(info.st_mode)) return no_file(path, "a block device");
  if (S_ISSOCK(info.st_mode)) return no_file(path, "a socket");
  if (S_ISCHR(info.st_mode) || S_ISFIFO(info.st_mode))
    return OutputTarget{path, TRY(open_file(path, O_WRONLY | O_NOCTTY))};
  struct stat itself = {};
  if (::lstat(path.c_str(), &itself) == 0 && S_ISLNK(itself.st_mode))
    return through_link(path, *opened, info);
  return OutputTarget{path, {}};
}

}  // namespace kiln
