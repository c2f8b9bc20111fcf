// SPDX-License-Identifier: Apache-2.0
//
// How two images differ, in the terms of their users: packages, files, config, size.
#pragma once
#include "image/inspect.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace kiln::image {

enum class Change { added, removed, changed };

std::string_view str(Change change);

struct PackageChange {
  Change change = Change::changed;
  std::string name;
  std::string architecture;
  std::string before;  // version; empty when added
  std::string after;   // version; empty when removed
  bool operator==(const PackageChange&) const = default;
};

struct FileChange {
  Change change = Change::changed;
  std::string path;
  std::vector<std::string> what;  // when changed: "content", "mode 0644 -> 0755", ...
  int64_t size_difference = 0;
  std::string owner;  // in the newer image, or the older one when removed; may be empty
  bool operator==(const FileChange&) const = default;
};

struct ConfigChange {
  Change change = Change::changed;
  std::string name;  // "user", "env PATH", "label a.b", "annotation a.b"
  std::string before;
  std::string after;
  bool operator==(const ConfigChange&) const = default;
};

struct ImageDiff {
  std::vector<PackageChange> packages;  // by name
  std::vector<FileChange> files;        // by path
  std::vector<ConfigChange> config;     // by name
  int64_t compressed_difference = 0;    // bytes
  int64_t unpacked_difference = 0;
  bool same_layers = false;  // the same diff ids in the same order

  bool empty() const { return packages.empty() && files.empty() && config.empty(); }
};

// From `before` to `after`. Times of directories are not compared: they differ with how layers are
// cut. Layers as such are not compared, what they unpack to is. Annotations of the manifests are
// where both have any: a docker archive holds none.
ImageDiff diff(const ImageView& before, const ImageView& after);

}  // namespace kiln::image
