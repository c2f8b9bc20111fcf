// SPDX-License-Identifier: Apache-2.0
//
// What a package says of itself to people and scanners, whichever package manager it is for, and
// the databases in which images say what is installed in them.
#pragma once
#include "packages/universe.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::packages {

// A name that a package has besides its own, and the version it has it in; empty for none.
struct Provided {
  std::string name;
  std::string version;
};

// A version in the parts that scanners want to hear of; the distribution says which it has.
struct VersionParts {
  std::string epoch;
  std::string upstream;
  std::string revision;
};

struct Description {
  model::PackageId id;
  std::string source;  // source package or origin; the name itself when none is given
  std::string source_version;
  std::string summary;  // one line
  std::string section;
  std::string homepage;    // of upstream
  std::string maintainer;  // in the distribution: "Name <email>"
  std::string licence;     // as the package states it in a field of its own; else empty
  std::string commit;      // of the packaging that it was built from; mostly empty
  std::vector<Dependency> depends;
  std::vector<Provided> provides;
};

// Files of an image that tell of its packages. Links are followed inside the image.
class ImageFiles {
 public:
  virtual ~ImageFiles() = default;
  // A file's bytes; null when it is not there or was not kept.
  virtual const std::string* bytes(std::string_view path) const = 0;
  // Paths of the files directly in a directory ("var/lib/dpkg/info/") or below it, sorted.
  virtual std::vector<std::string> below(std::string_view directory) const = 0;
};

// Told of each file that a database lists, by the path that it has there, and of its package.
// The package is named as its package manager tells it from others: "zlib1g:i386" where it is there
// for several architectures.
using Claim = std::function<void(std::string_view path, std::string_view package)>;

}  // namespace kiln::packages
