// SPDX-License-Identifier: Apache-2.0
#include "base/new_directory.hpp"

#include "base/directory_lock.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace kiln {

namespace {

constexpr int k_attempts = 100;
constexpr std::string_view k_prefix = ".kiln-partial-";
constexpr std::string_view k_pattern = "XXXXXX";
constexpr std::string_view k_made = "made";

// Whether the name is one that create() gives, and the directory is such a one of this user.
bool is_ours(const Path& place, const std::string& name) {
  if (name.size() != k_prefix.size() + k_pattern.size() || !name.starts_with(k_prefix))
    return false;
  struct stat info = {};
  return ::lstat(place.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
         (info.st_mode & 07777U) == 0700 && info.st_uid == ::geteuid();
}

// Nothing depends on it, so a failure is left for the next one to try.
void remove_abandoned(const Path& parent) {
  auto names = list_directory(parent);
  if (!names) return;
  for (const std::string& name : *names) {
    Path place = parent / name;
    if (!is_ours(place, name)) continue;
    DirectoryLock lock = lock_directory(place);
    if (lock.how == DirectoryLock::How::ours) (void)remove_tree(place);
  }
}

}  // namespace

Result<NewDirectory> NewDirectory::create(const Path& target) {
  Path parent = target.parent_path();
  TRY(make_directories(parent));
  remove_abandoned(parent);
  // Somebody who cleans up may take the new directory for an abandoned one before it is locked;
  // then this one begins again.
  for (int attempt = 0; attempt < k_attempts; ++attempt) {
    std::string place = (parent / fmt::format("{}{}", k_prefix, k_pattern)).string();
    if (::mkdtemp(place.data()) == nullptr)
      return fail_errno(fmt::format("cannot create a directory in {}", parent.string()), errno);
    DirectoryLock lock = lock_directory(place);
    if (lock.how == DirectoryLock::How::no) continue;
    NewDirectory directory;
    directory.target_ = target;
    directory.private_ = place;
    directory.made_ = directory.private_ / k_made;
    directory.lock_ = std::move(lock.directory);
    if (::mkdir(directory.made_.c_str(), 0777) != 0)
      return fail_errno(fmt::format("cannot create {}", directory.made_.string()), errno);
    return directory;
  }
  return fail(ErrorCode::io,
              fmt::format("cannot lock a directory of our own in {}", parent.string()));
}

NewDirectory::NewDirectory(NewDirectory&& other) noexcept
    : target_(std::move(other.target_)),
      private_(std::exchange(other.private_, Path{})),
      made_(std::move(other.made_)),
      lock_(std::move(other.lock_)) {}

NewDirectory::~NewDirectory() {
  if (!private_.empty()) (void)remove_tree(private_);
}

Result<> NewDirectory::commit(Replace replace) {
  // Exchanged, the old one lies in the private directory and goes with it.
  unsigned flags = replace == Replace::present ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, made_.c_str(), AT_FDCWD, target_.c_str(), flags) != 0)
    return fail_errno(fmt::format("cannot create {}", target_.string()), errno);
  return sync_directory(target_.parent_path());
}

}  // namespace kiln
