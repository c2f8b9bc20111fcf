// SPDX-License-Identifier: Apache-2.0
//
// Small packages of apk's format 2 made in memory, byte for byte the same each time.
#pragma once
#include "support/deb_package.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::testing {

struct ApkPackage {
  std::string name;
  std::string version = "1.0-r0";
  std::string architecture = "x86_64";
  std::string fields = {};  // more lines of .PKGINFO: "depend = musl\n"
  std::vector<DebFile> files = {};
  std::map<std::string, std::string> scripts = {};  // ".post-install", ".trigger", ...
  std::string datahash = {};                        // instead of the right one

  // Adds a file (0644) or, for a path that ends with "/", a directory, with the right checksum.
  ApkPackage& add(std::string path, std::string content = {}, uint32_t mode = 0);
  ApkPackage& add_symlink(std::string path, std::string target);
  std::string info_text(std::string_view data) const;  // `data` is the compressed segment
};

// One gzip member of a tar; without its end where another segment follows.
std::string apk_segment(const std::vector<DebFile>& files, bool last);
// The file, unsigned: control and data.
std::string apk_bytes(const ApkPackage& package);
// What an index calls it by: "Q1...".
std::string apk_control_checksum(std::string_view apk);

}  // namespace kiln::testing
