// SPDX-License-Identifier: Apache-2.0
//
// First every inode (a file with all its hard links, a symlink, a device) is given to one package
// or to the top; then packages are given to layers by size; then each layer collects the
// directories that its packages own and the parents of what lies in it.
#include "image/layers.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

namespace kiln::image {

namespace {

using model::FileType;
using rootfs::Node;
using rootfs::Rootfs;

constexpr std::string_view k_top;  // in place of a package's name

// The inode that a path names: its own path, or that of the hard link's target.
std::string_view inode_of(std::string_view path, const Node& node) {
  return node.type == FileType::hard_link ? std::string_view(node.link) : path;
}

// The package that alone accounts for a path, or k_top.
std::string_view home_of(const Node& node) {
  bool pristine = node.modifiers.empty() && node.owners.size() == 1 &&
                  node.owners[0].kind == model::Owner::Kind::package;
  return pristine ? std::string_view(node.owners[0].name) : k_top;
}

// Inode -> package or k_top. Names of one inode that belong to different packages go to the top.
using Homes = std::map<std::string_view, std::string_view>;

Homes find_homes(const Rootfs& rootfs) {
  Homes homes;
  for (const auto& [path, node] : rootfs.nodes) {
    if (node.type == FileType::directory) continue;
    auto [place, added] = homes.try_emplace(inode_of(path, node), home_of(node));
    if (!added && place->second != home_of(node)) place->second = k_top;
  }
  return homes;
}

std::map<std::string_view, uint64_t> package_sizes(const Rootfs& rootfs, const Homes& homes) {
  std::map<std::string_view, uint64_t> sizes;
  for (const auto& [path, node] : rootfs.nodes)
    if (node.type == FileType::file) sizes[homes.at(path)] += node.content.size;
  return sizes;
}

// Which packages get a layer of their own: the largest, as many as the budget allows beside the
// shared layer and the top. Equal sizes are told apart by name.
std::set<std::string_view> choose_large(const std::map<std::string_view, uint64_t>& sizes) {
  std::vector<std::pair<uint64_t, std::string_view>> large;
  for (const auto& [package, size] : sizes)
    if (package != k_top && size >= k_own_layer_size) large.emplace_back(size, package);
  std::ranges::sort(large, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  if (large.size() > k_max_layers - 2) large.resize(k_max_layers - 2);
  std::set<std::string_view> names;
  for (const auto& [size, package] : large) names.insert(package);
  return names;
}

// Package -> number of its layer. Large packages come in the order of installation, so that
// images that begin alike share their lowest layers; then the shared layer, then the top.
struct Numbering {
  std::map<std::string_view, size_t> large;
  size_t shared = 0;
  size_t top = 0;
  size_t of(std::string_view package) const {
    if (package == k_top) return top;
    auto found = large.find(package);
    return found == large.end() ? shared : found->second;
  }
};

Numbering number_layers(const Rootfs& rootfs, const plan::Plan& plan, const Homes& homes) {
  Numbering numbering;
  if (plan.policies.layers == 0) return numbering;
  std::set<std::string_view> large = choose_large(package_sizes(rootfs, homes));
  for (const plan::PlannedPackage& package : plan.packages)
    if (large.contains(package.id.name))
      numbering.large.try_emplace(package.id.name, numbering.large.size());
  numbering.shared = numbering.large.size();
  numbering.top = numbering.shared + 1;
  return numbering;
}

std::string_view parent_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

// The layers that list a directory because someone in them owns or changed it.
std::set<size_t> layers_of_directory(const Node& node, const Numbering& numbering) {
  std::set<size_t> layers;
  if (!node.modifiers.empty() || node.owners.empty()) layers.insert(numbering.top);
  for (const model::Owner& owner : node.owners) {
    bool package = owner.kind == model::Owner::Kind::package;
    layers.insert(numbering.of(package ? std::string_view(owner.name) : k_top));
  }
  return layers;
}

using PathSet = std::set<std::string_view>;

void add_with_parents(PathSet& paths, std::string_view path) {
  for (; !path.empty() && paths.insert(path).second; path = parent_of(path)) {
  }
}

std::vector<PathSet> distribute(const Rootfs& rootfs, const Homes& homes,
                                const Numbering& numbering) {
  std::vector<PathSet> layers(numbering.top + 1);
  for (const auto& [path, node] : rootfs.nodes) {
    if (node.type == FileType::directory) {
      for (size_t layer : layers_of_directory(node, numbering))
        add_with_parents(layers[layer], path);
    } else {
      add_with_parents(layers[numbering.of(homes.at(inode_of(path, node)))], path);
    }
  }
  return layers;
}

// Entries in order of path; the first name of an inode carries the content, the others link to it.
std::vector<LayerEntry> make_entries(const Rootfs& rootfs, const PathSet& paths) {
  std::vector<LayerEntry> entries;
  std::unordered_map<std::string_view, std::string_view> first_names;
  for (std::string_view path : paths) {
    const Node& named = rootfs.nodes.find(path)->second;
    std::string_view inode = inode_of(path, named);
    const Node& node = rootfs.nodes.find(inode)->second;
    LayerEntry entry{path, &node, node.mtime, {}};
    auto [first, added] = first_names.try_emplace(inode, path);
    if (!added) entry.link_to = first->second;
    entries.push_back(entry);
  }
  return entries;
}

// In a layer of packages, directories bear the newest time of what lies in the layer: the tree's
// own would depend on packages that are elsewhere.
void date_directories(std::vector<LayerEntry>& entries) {
  UnixTime newest = 0;
  for (const LayerEntry& entry : entries)
    if (entry.node->type != FileType::directory) newest = std::max(newest, entry.mtime);
  for (LayerEntry& entry : entries)
    if (entry.node->type == FileType::directory) entry.mtime = newest;
}

std::vector<std::string> packages_in(const std::vector<LayerEntry>& entries,
                                     const Numbering& numbering, size_t layer) {
  std::set<std::string> names;
  for (const LayerEntry& entry : entries)
    for (const model::Owner& owner : entry.node->owners)
      if (owner.kind == model::Owner::Kind::package && numbering.of(owner.name) == layer)
        names.insert(owner.name);
  return {names.begin(), names.end()};
}

std::string title_of(const std::vector<std::string>& packages) {
  if (packages.size() == 1) return "packages: " + packages[0];
  return fmt::format("packages: {} small ones", packages.size());
}

LayerGroup make_group(const Rootfs& rootfs, const PathSet& paths, const Numbering& numbering,
                      size_t layer) {
  LayerGroup group;
  group.entries = make_entries(rootfs, paths);
  if (numbering.top == 0) {
    group.packages = packages_in(group.entries, numbering, layer);
    group.title = "everything";
  } else if (layer == numbering.top) {
    group.title = "definition";
  } else {
    group.packages = packages_in(group.entries, numbering, layer);
    group.title = title_of(group.packages);
    date_directories(group.entries);
  }
  return group;
}

Result<> check_hard_links(const Rootfs& rootfs, const Homes& homes) {
  for (const auto& [inode, home] : homes) {
    auto found = rootfs.nodes.find(inode);
    if (found == rootfs.nodes.end() || found->second.type == FileType::directory ||
        found->second.type == FileType::hard_link)
      return fail(ErrorCode::corrupt, fmt::format("a hard link names {}, which is no file", inode));
  }
  return {};
}

}  // namespace

Result<std::vector<LayerGroup>> group_layers(const Rootfs& rootfs, const plan::Plan& plan) {
  if (plan.policies.layers != 0 && plan.policies.layers != 1)
    return fail(ErrorCode::unsupported,
                fmt::format("the plan asks for layer policy {}", plan.policies.layers),
                "use the version of Kiln that made the plan, or a newer one");
  Homes homes = find_homes(rootfs);
  TRY(check_hard_links(rootfs, homes));
  Numbering numbering = number_layers(rootfs, plan, homes);
  std::vector<PathSet> paths = distribute(rootfs, homes, numbering);
  std::vector<LayerGroup> groups;
  for (size_t layer = 0; layer < paths.size(); ++layer)
    if (!paths[layer].empty()) groups.push_back(make_group(rootfs, paths[layer], numbering, layer));
  if (groups.empty()) groups.push_back({"definition", {}, {}});
  return groups;
}

Result<LayerGroup> whole_tree(const rootfs::Rootfs& rootfs) {
  plan::Plan squashed;
  squashed.policies.layers = 0;
  std::vector<LayerGroup> groups = TRY(group_layers(rootfs, squashed));
  return std::move(groups.front());
}

}  // namespace kiln::image
