// SPDX-License-Identifier: Apache-2.0
//
// Small Debian packages made in memory, byte for byte the same each time.
#pragma once
#include "codec/tar.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace kiln::testing {

// One member of a payload with its content.
struct DebFile {
  TarEntry entry;
  std::string content;
};

struct DebPackage {
  std::string name;
  std::string version = "1.0";
  std::string architecture = "amd64";
  std::string fields = {};  // more lines of the control file: "Depends: libc6\n"
  std::vector<DebFile> files = {};
  std::map<std::string, std::string> control = {};  // more members: "postinst", "md5sums", ...
  std::string compression = "gz";                   // of both archives: "", "gz", "xz", "zst"

  // The control file's text.
  std::string control_text() const;
  // "name_version_architecture.deb", with the version's epoch left out.
  std::string file_name() const;
  // Adds a file (0644) or, for a path that ends with "/", a directory; owned by root. Paths begin
  // with "./" as in real packages.
  DebPackage& add(std::string path, std::string content = {}, uint32_t mode = 0);
  DebPackage& add_symlink(std::string path, std::string target);
};

// A tar archive of the files.
std::string tar_bytes(const std::vector<DebFile>& files);
// Bytes compressed for a member with that suffix.
std::string compressed(std::string_view bytes, const std::string& suffix);
// The .deb file.
std::string deb_bytes(const DebPackage& package);

}  // namespace kiln::testing
