// SPDX-License-Identifier: Apache-2.0
//
// base-files: /var/run and /var/lock become links to /run and /run/lock. Packages that still ship
// something below the old names find it below the new ones.
#include "rootfs/deb/effects/effects.hpp"

namespace kiln::rootfs::deb {

namespace {

// Moves what lies below a directory, unless the new place is taken, and puts a link there.
Result<> migrate(Scene& scene, Maker& maker, std::string_view from, std::string_view to) {
  Tree& tree = scene.tree;
  const Node* old = tree.find(from);
  if (old && old->type != model::FileType::directory) return {};
  std::string below = std::string(from) + "/", above = std::string(to) + "/";
  std::vector<std::pair<std::string, Node>> moved;
  for (auto it = tree.rootfs().nodes.lower_bound(below);
       it != tree.rootfs().nodes.end() && it->first.starts_with(below); ++it) {
    moved.emplace_back(above + it->first.substr(below.size()), it->second);
  }
  tree.remove(from);
  for (auto& [path, node] : moved) {
    const Node* parent = tree.find(parent_of(path));
    if (tree.find(path) || !parent || parent->type != model::FileType::directory) continue;
    if (node.type == model::FileType::hard_link && node.link.starts_with(below)) {
      node.link.replace(0, below.size(), above);
    }
    tree.put(std::move(path), std::move(node));
  }
  return maker.link(from, "/" + std::string(to));
}

}  // namespace

Result<> make_run_links(Scene& scene, Maker& maker) {
  TRY(maker.directory("run/lock", {01777}));
  TRY(migrate(scene, maker, "var/lock", "run/lock"));
  return migrate(scene, maker, "var/run", "run");
}

}  // namespace kiln::rootfs::deb
