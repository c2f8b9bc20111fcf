// SPDX-License-Identifier: Apache-2.0
//
// A path of a disk and a node of a tree in the same words, for comparing them.
#pragma once
#include "base/files.hpp"
#include "crypto/digest.hpp"
#include "rootfs/tree.hpp"
#include "support/result_matchers.hpp"

#include <filesystem>

#include <sys/stat.h>

namespace kiln::rootfs::testing {

// A path's type, mode, owner and content on one line.
inline std::string describe(const std::filesystem::path& path) {
  struct stat info{};
  ::lstat(path.c_str(), &info);
  std::string owner = " " + std::to_string(info.st_uid) + ":" + std::to_string(info.st_gid) + " ";
  if (S_ISLNK(info.st_mode)) return "link" + owner + std::filesystem::read_symlink(path).string();
  std::string mode = std::to_string(info.st_mode & 07777) + owner;
  if (S_ISDIR(info.st_mode)) return "directory " + mode;
  return "file " + mode + sha256(kiln::testing::value(read_file(path, 1U << 30))).hex();
}

inline std::string describe(const Tree& tree, const Node& node) {
  std::string owner = " " + std::to_string(node.uid) + ":" + std::to_string(node.gid) + " ";
  if (node.type == model::FileType::symlink) return "link" + owner + node.link;
  std::string mode = std::to_string(node.mode) + owner;
  if (node.type == model::FileType::directory) return "directory " + mode;
  return "file " + mode + tree.inode(node)->content.sha256.hex();
}

}  // namespace kiln::rootfs::testing
