// SPDX-License-Identifier: Apache-2.0
//
// What an image itself says about its packages: dpkg's status (whole, or one file a package in
// status.d as distroless images have it) and apk's installed database; and which files it says
// belong to them. Everything here is a claim of the image, not proof.
#pragma once
#include "image/file_tree.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::image {

struct InstalledPackage {
  std::string name;
  std::string version;
  std::string architecture;
  std::string source;          // source or origin; the name itself when none is given
  std::string source_version;  // likewise
  std::string manager;         // "dpkg" or "apk"

  auto operator<=>(const InstalledPackage&) const = default;
};

// Sorted, each once. Fails with corrupt on a database that cannot be read.
Result<std::vector<InstalledPackage>> installed_packages(const FileTree& tree);

// Path -> package, for the files that the databases list.
Result<std::map<std::string, std::string>> claimed_files(const FileTree& tree);

}  // namespace kiln::image
