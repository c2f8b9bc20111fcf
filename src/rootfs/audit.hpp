// SPDX-License-Identifier: Apache-2.0
//
// What a tree offers to an attacker, for a build's report and for lint.
#pragma once
#include "rootfs/rootfs.hpp"

#include <string>
#include <vector>

namespace kiln::rootfs {

struct Audit {
  std::vector<std::string> setuid;            // absolute paths, sorted, as all below
  std::vector<std::string> setgid;            // files only
  std::vector<std::string> capabilities;      // files with security.capability
  std::vector<std::string> world_writable;    // files, and directories without the sticky bit
  std::vector<std::string> shells;            // programs that read commands
  std::vector<std::string> package_managers;  // "apt", "dpkg", "apk"
  std::vector<std::string> unnamed_ids;       // "uid 33 (/var/log/nginx/access.log)"
};

Audit audit(const Rootfs& rootfs);

}  // namespace kiln::rootfs
