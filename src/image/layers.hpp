// SPDX-License-Identifier: Apache-2.0
//
// How a tree is cut into layers (docs/layers.md). Policy 1: each package of at least 1 MiB is a
// layer of its own, the smaller ones share one, and what the definition or an effect made or
// changed lies on top; 60 layers at most. Policy 0: one layer with everything. Layers never hide
// each other's files and have no whiteouts.
#pragma once
#include "plan/plan.hpp"
#include "rootfs/rootfs.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::image {

inline constexpr uint64_t k_own_layer_size = 1U << 20;
inline constexpr size_t k_max_layers = 60;

// One member of a layer's tar. `node` lies in the tree that was grouped; it gives all but what is
// here.
struct LayerEntry {
  std::string_view path;
  const rootfs::Node* node = nullptr;
  UnixTime mtime = 0;
  std::string_view link_to;  // the earlier path of this layer that shares this one's content
};

struct LayerGroup {
  std::string title;                  // "packages: libc6", "packages: 12 small ones", "definition"
  std::vector<std::string> packages;  // sorted names of those that have files here
  std::vector<LayerEntry> entries;    // sorted by path, parents first
};

// The layers of a tree, base first: at least one, perhaps without entries. An order of packages, a
// tree and a policy decide everything. Fails (unsupported) for a policy that this version lacks.
// The tree must outlive the result.
Result<std::vector<LayerGroup>> group_layers(const rootfs::Rootfs& rootfs, const plan::Plan& plan);

// The whole tree as one group, in the order in which policy 0 writes it. The tree's hard links must
// be whole, as group_layers checks them.
Result<LayerGroup> whole_tree(const rootfs::Rootfs& rootfs);

}  // namespace kiln::image
