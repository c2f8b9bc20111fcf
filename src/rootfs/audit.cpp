// SPDX-License-Identifier: Apache-2.0
#include "rootfs/audit.hpp"

#include "base/strings.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace kiln::rootfs {

namespace {

using model::FileType;

constexpr uint32_t k_setuid = 04000, k_setgid = 02000, k_sticky = 01000, k_others_write = 0002;
constexpr std::string_view k_program_directories[] = {
    "bin/", "sbin/", "usr/bin/", "usr/sbin/", "usr/local/bin/", "usr/local/sbin/"};
constexpr std::string_view k_shells[] = {"sh",  "bash", "dash", "rbash",  "ash",
                                         "zsh", "ksh",  "fish", "busybox"};
constexpr std::string_view k_package_managers[] = {"apt", "apt-get", "dpkg", "apk",
                                                   "pip", "pip3",    "npm"};

// The program's name when a path lies where programs are searched.
std::string_view program_name(std::string_view path) {
  for (std::string_view directory : k_program_directories) {
    if (path.starts_with(directory) && path.find('/', directory.size()) == std::string_view::npos) {
      return path.substr(directory.size());
    }
  }
  return {};
}

bool contains(std::span<const std::string_view> list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

// The numbers that a passwd or group file names.
std::set<uint64_t> named_ids(const Rootfs& rootfs, std::string_view path) {
  std::set<uint64_t> ids{0};
  auto file = rootfs.nodes.find(path);
  if (file == rootfs.nodes.end()) return ids;
  for (std::string_view line : split(file->second.content.bytes, '\n')) {
    std::vector<std::string_view> fields = split(line, ':');
    if (fields.size() < 3) continue;
    if (auto id = parse_decimal(fields[2])) ids.insert(*id);
  }
  return ids;
}

void add_unnamed(const Rootfs& rootfs, std::vector<std::string>& out) {
  std::set<uint64_t> users = named_ids(rootfs, "etc/passwd");
  std::set<uint64_t> groups = named_ids(rootfs, "etc/group");
  std::map<std::string, std::string> found;
  for (const auto& [path, node] : rootfs.nodes) {
    if (!users.contains(node.uid)) found.emplace(fmt::format("uid {}", node.uid), path);
    if (!groups.contains(node.gid)) found.emplace(fmt::format("gid {}", node.gid), path);
  }
  for (const auto& [id, path] : found) out.push_back(id + " (/" + path + ")");
}

}  // namespace

Audit audit(const Rootfs& rootfs) {
  Audit found;
  for (const auto& [path, node] : rootfs.nodes) {
    std::string absolute = "/" + path;
    std::string_view program = program_name(path);
    if (!program.empty() && node.type != FileType::directory) {
      if (contains(k_shells, program)) found.shells.push_back(absolute);
      if (contains(k_package_managers, program)) found.package_managers.push_back(absolute);
    }
    if (node.type == FileType::symlink) continue;
    bool is_directory = node.type == FileType::directory;
    if (!is_directory && (node.mode & k_setuid)) found.setuid.push_back(absolute);
    if (!is_directory && (node.mode & k_setgid)) found.setgid.push_back(absolute);
    if (node.xattrs.contains("security.capability")) found.capabilities.push_back(absolute);
    if ((node.mode & k_others_write) && !(is_directory && (node.mode & k_sticky))) {
      found.world_writable.push_back(absolute);
    }
  }
  add_unnamed(rootfs, found.unnamed_ids);
  return found;
}

}  // namespace kiln::rootfs
