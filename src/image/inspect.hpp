// SPDX-License-Identifier: Apache-2.0
//
// What is in an image, whoever built it: its config, layers, packages, and every file with what
// put it there. `kiln inspect`, `diff` and scanners look at this.
#pragma once
#include "image/file_tree.hpp"
#include "image/installed.hpp"
#include "oci/reader.hpp"

#include <map>
#include <string>
#include <vector>

namespace kiln::image {

struct LayerView {
  Digest digest;
  Digest diff_id;
  std::string media_type;
  uint64_t size = 0;       // compressed, as stored
  uint64_t tar_size = 0;   // uncompressed
  size_t files = 0;        // that are still seen in the image
  std::string created_by;  // from the config's history
};

struct ImageView {
  oci::ListedImage image;
  std::vector<LayerView> layers;
  FileTree tree;
  std::vector<InstalledPackage> packages;
  // Path -> what put the file there: a package's name, or "definition" in images of Kiln for what
  // the definition or a native effect made. What is not listed is unknown. Who has the plan of an
  // image of Kiln can name the effect or the part of the definition, "effect ca-certificates", and
  // what changed a file afterwards.
  std::map<std::string, std::string> owners;
  std::map<std::string, std::vector<std::string>> modifiers;
  uint64_t compressed_size = 0;
  uint64_t unpacked_size = 0;
};

// Reads all layers of an image, checks each against its digest and its diff id (unverified), and
// lists what is there. At most 64 GiB of layers.
Result<ImageView> inspect(const oci::ImageReader& reader, const oci::ListedImage& image,
                          FileHashes hashes = FileHashes::sha256);

}  // namespace kiln::image
