// SPDX-License-Identifier: Apache-2.0
//
// Bringing package files into the store, each checked by size and SHA-256. A package is looked for
// in the store, in bundle directories, on mirrors of its archive, at its URLs, and in snapshots, in
// this order.
#pragma once
#include "model/package_id.hpp"
#include "packages/mirrors.hpp"
#include "world/world.hpp"

#include <span>
#include <string>
#include <vector>

namespace kiln::packages {

struct FetchItem {
  model::PackageId id;
  Digest sha256;
  uint64_t size = 0;              // bytes
  std::vector<std::string> urls;  // tried in their order
  std::string file_name;          // what the distribution calls the file: Distribution::file_name
};

struct FetchOptions {
  // Directories with files called <sha256>, <sha256>.<ending of file_name> or file_name.
  std::vector<Path> bundles;
  // URLs of archives that keep old packages, where {path} stands for what follows "/pool/" in a
  // package's URL, as in "https://snapshot.debian.org/archive/debian/20261101T000000Z/pool/{path}",
  // and {sha256}, {name}, {version}, {architecture} for what they say.
  std::vector<std::string> snapshots;
  // Asked before a package's own URLs that are below them or their official archive.
  Mirrors mirrors = {};
};

// Several at a time; announces and advances their bytes in world.progress. An error names the
// package and every place where it was looked for; not_found when it is nowhere.
Result<> fetch(std::span<const FetchItem> items, const FetchOptions& options, World& world);

}  // namespace kiln::packages
