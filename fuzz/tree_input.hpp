// SPDX-License-Identifier: Apache-2.0
//
// Trees for fuzzing: members read from lines, and what must hold for every tree.
//
//   line   = kind path [" " link] LF      ; kind: f, d, l, h
#pragma once
#include "base/files.hpp"
#include "base/strings.hpp"
#include "rootfs/tree.hpp"

#include <cstdlib>

namespace kiln::fuzz {

inline packages::PackageFile member(std::string_view line) {
  packages::PackageFile file;
  std::string_view rest = line.substr(1);
  Result<std::string> path = clean_path(take_until(rest, ' '));
  file.path = path ? *path : "";
  switch (line.front()) {
    case 'd':
      file.type = model::FileType::directory;
      break;
    case 'l':
      file.type = model::FileType::symlink;
      file.link = std::string(rest);
      break;
    case 'h':
      file.type = model::FileType::hard_link;
      file.link = std::string(rest);
      break;
    default:
      break;
  }
  return file;
}

inline void check(const rootfs::Rootfs& tree) {
  for (const auto& [path, node] : tree.nodes) {
    Result<std::string> clean = clean_path(path);
    if (!clean || *clean != path) std::abort();
    std::string_view parent = rootfs::parent_of(path);
    if (parent.empty()) continue;
    auto found = tree.nodes.find(parent);
    if (found == tree.nodes.end() || found->second.type != model::FileType::directory) std::abort();
  }
}

}  // namespace kiln::fuzz
