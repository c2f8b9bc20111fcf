// SPDX-License-Identifier: Apache-2.0
//
// A small image for tests: two layers, one gzip'd by the system's gzip, a config, a manifest and an
// index. Real tools accept it.
#pragma once
#include "codec/tar.hpp"
#include "oci/artifact.hpp"
#include "oci/config.hpp"
#include "oci/content.hpp"
#include "oci/media_types.hpp"
#include "support/result_matchers.hpp"

namespace kiln::oci {

inline std::string sample_tar(const std::string& path, const std::string& text) {
  MemorySink sink;
  TarWriter tar(sink);
  TarEntry entry;
  entry.path = path;
  entry.size = text.size();
  testing::value(tar.add(entry, text));
  testing::value(tar.finish());
  return sink.take();
}

struct SampleImage {
  Content content;
  Descriptor manifest;
  Descriptor index;
  std::vector<std::string> tars;
};

inline SampleImage sample_image() {
  SampleImage image;
  image.tars = {sample_tar("base.txt", "base\n"), sample_tar("top.txt", "top\n")};
  ImageConfig config;
  config.created = "2026-11-24T00:00:00Z";
  config.working_dir = "/";
  Manifest manifest;
  for (const std::string& tar : image.tars) {
    config.diff_ids.push_back(sha256(tar));
    config.history.push_back({config.created, "kiln test", "", false});
    manifest.layers.push_back(image.content.add(k_layer_type, tar));
  }
  manifest.config = image.content.add(k_config_type, encode(config));
  image.manifest = image.content.add(k_manifest_type, encode(manifest));
  image.manifest.platform = config.platform;
  Index index;
  index.manifests = {image.manifest};
  image.index = image.content.add(k_index_type, encode(index));
  image.content.list(image.index, "latest");
  return image;
}

}  // namespace kiln::oci
