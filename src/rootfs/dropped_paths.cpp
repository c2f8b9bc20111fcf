// SPDX-License-Identifier: Apache-2.0
#include "rootfs/dropped_paths.hpp"

#include "rootfs/tree.hpp"

#include <algorithm>
#include <array>

namespace kiln::rootfs {

namespace {

using model::FileType;

// Everything below these goes; the directory itself stays, because steps and scripts expect it.
constexpr std::array<std::string_view, 3> k_emptied{"usr/share/locale/", "usr/share/man/",
                                                    "usr/share/info/"};
// These go with the directory itself.
constexpr std::array<std::string_view, 3> k_removed{"usr/share/lintian", "usr/share/doc-base",
                                                    "usr/share/bug"};
// Files below these go, directories stay: programs expect them, with their modes.
constexpr std::array<std::string_view, 2> k_caches{"var/cache/", "var/lib/apt/lists/"};

bool is_in(std::string_view path, std::string_view directory) {
  return path == directory || (path.size() > directory.size() && path.starts_with(directory) &&
                               path[directory.size()] == '/');
}

// Of documentation, licences stay: usr/share/doc/<package>/copyright, and the links that lead
// from one package's documentation to another's.
bool is_dropped_documentation(std::string_view path, FileType type) {
  constexpr std::string_view k_doc = "usr/share/doc/";
  if (!path.starts_with(k_doc)) return false;
  std::string_view below = path.substr(k_doc.size());
  size_t slash = below.find('/');
  if (slash == std::string_view::npos) {
    return type != FileType::directory && type != FileType::symlink;
  }
  return below.substr(slash + 1) != "copyright";
}

}  // namespace

bool is_dropped(int policy, std::string_view path, FileType type) {
  if (policy == 0) return false;
  auto below = [&](std::string_view directory) { return path.starts_with(directory); };
  if (std::ranges::any_of(k_emptied, below)) return true;
  if (std::ranges::any_of(k_removed, [&](auto directory) { return is_in(path, directory); })) {
    return true;
  }
  if (type != FileType::directory && std::ranges::any_of(k_caches, below)) return true;
  return is_dropped_documentation(path, type);
}

}  // namespace kiln::rootfs
