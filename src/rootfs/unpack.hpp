// SPDX-License-Identifier: Apache-2.0
//
// Packages become a tree: the members of each, in the plan's order, with the distribution's rules
// for what two packages may share. A directory never gives way to a link, nor a link to a
// directory.
#pragma once
#include "packages/unpacked.hpp"
#include "rootfs/tree.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs {

// A package's claim that other packages' file `from` is to lie at `to` (dpkg-divert(1)). Clean
// paths, as the packages name them.
struct Diversion {
  std::string from;
  std::string to;
  std::string package;
  auto operator<=>(const Diversion&) const = default;
};

// What becomes of a file that two packages have.
enum class Overlap {
  keep,      // the first package's stays
  replace,   // the second's takes its place
  conflict,  // an error
};

// A distribution's rules.
struct UnpackRules {
  // Top-level names that are links into /usr (merged /usr): members below "bin" lie below
  // "usr/bin", whatever the package calls them.
  std::vector<std::string> merged;
  std::vector<Diversion> diversions;
  // Packages that divert files in a way that nobody has understood, so that `diversions` lacks it.
  std::vector<std::string> unknown_diverters = {};
  // `same`: in type, metadata and content.
  Overlap (*overlap)(const packages::UnpackedPackage& old, const packages::UnpackedPackage& made,
                     bool same) = nullptr;
  // What a further package's idea of a directory does to it; without, the first package's stays.
  void (*join_directories)(Node& old, const packages::PackageFile& member) = nullptr;

  // "usr/bin/x" of "bin/x".
  std::string merged_path(std::string_view path) const;
  bool is_merged(std::string_view top_level_name) const;
};

class Unpacker {
 public:
  Unpacker(Tree& tree, int dropped_paths_policy, UnpackRules rules)
      : tree_(tree), policy_(dropped_paths_policy), rules_(std::move(rules)) {}

  // Adds a package's files. Fails (corrupt) when a member would replace a directory, pass through a
  // file, or belong to two packages; device nodes are left out with a warning.
  Result<> add(const std::shared_ptr<const packages::UnpackedPackage>& package);

  // Adds the links /bin -> usr/bin, ... for those merged names that packages use and no package
  // ships as a link. To be called after the last package.
  Result<> add_merged_links(UnixTime mtime);

 private:
  using Package = packages::UnpackedPackage;
  using Member = packages::PackageFile;

  Result<> add_member(const Package& package, const Member& member);
  Result<> add_directory(const Package& package, const Member& member, const std::string& path);
  Result<> add_leaf(const Package& package, const Member& member, const std::string& path);
  Result<bool> may_replace(const Package& package, const Node& old, const Node& made,
                           const std::string& path);
  Result<Node> make_node(const Package& package, const Member& member, const std::string& path);
  Result<std::string> place_of(const Package& package, const Member& member);
  std::string diverted(const Package& package, std::string path) const;
  const Package* owner_of(const Node& node) const;
  void warn(std::string text) { tree_.rootfs().warnings.push_back(std::move(text)); }

  Tree& tree_;
  int policy_;
  UnpackRules rules_;
  std::map<std::string, std::shared_ptr<const Package>, std::less<>> packages_;
  std::map<std::string, const Member*, std::less<>> members_;  // of the package being added
};

}  // namespace kiln::rootfs
