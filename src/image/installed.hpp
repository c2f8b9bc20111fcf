// SPDX-License-Identifier: Apache-2.0
//
// What an image itself says about its packages, in the databases of whichever package managers it
// has, and which files it says belong to them. Everything here is a claim of the image, not proof.
#pragma once
#include "image/file_tree.hpp"
#include "packages/description.hpp"

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
std::map<std::string, std::string> claimed_files(const FileTree& tree);

// A tree's kept files for whoever reads package databases; a top directory may be a link.
class KeptFiles final : public packages::ImageFiles {
 public:
  explicit KeptFiles(const FileTree& tree) : tree_(tree) {}
  const std::string* bytes(std::string_view path) const override;
  std::vector<std::string> below(std::string_view directory) const override;

 private:
  const FileTree& tree_;
};

}  // namespace kiln::image
