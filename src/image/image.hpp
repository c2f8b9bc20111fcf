// SPDX-License-Identifier: Apache-2.0
//
// An OCI image of one platform as a value: its layers by digest, its config and manifest as bytes.
// Layer blobs lie in the store.
#pragma once
#include "crypto/digest.hpp"
#include "model/platform.hpp"
#include "plan/plan.hpp"
#include "rootfs/rootfs.hpp"
#include "world/world.hpp"

#include <string>
#include <vector>

namespace kiln::image {

struct Layer {
  Digest diff_id;  // of the uncompressed tar
  uint64_t tar_size = 0;
  Digest digest;  // of the compressed blob
  uint64_t size = 0;
  std::string media_type;
  std::string title;                  // "packages: libc6", "definition": for history and `inspect`
  std::vector<std::string> packages;  // names of the packages in it
};

struct Image {
  model::Platform platform;
  std::vector<Layer> layers;  // base first
  std::string config;         // JSON bytes
  std::string manifest;       // JSON bytes
  Digest config_digest;
  Digest manifest_digest;
  Digest plan_digest;
  uint64_t compressed_size = 0;
  uint64_t unpacked_size = 0;
};

// Whether layers that the store remembers may be taken, or all are made anew, as a proof needs it.
enum class LayerReuse { allowed, never };

// Groups the tree into layers by the plan's policy, makes the ones that the store lacks, and
// writes config and manifest. The same plan gives the same bytes for any number of threads.
Result<Image> pack(const rootfs::Rootfs& rootfs, const plan::Plan& plan, World& world,
                   LayerReuse reuse = LayerReuse::allowed);

}  // namespace kiln::image
