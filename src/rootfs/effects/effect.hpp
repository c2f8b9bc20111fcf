// SPDX-License-Identifier: Apache-2.0
//
// Native effects: what images need of what maintainer scripts would do, done by Kiln itself. Each
// distribution's table is the whole list; docs/effects.md describes each row. An effect runs when
// its package is there, before the definition's paths, so that the definition has the last word.
#pragma once
#include "definition/image_spec.hpp"
#include "packages/unpacked.hpp"
#include "plan/plan.hpp"
#include "rootfs/tree.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::rootfs {

using PackageList = std::vector<std::shared_ptr<const packages::UnpackedPackage>>;

struct System;

// What an effect may look at.
struct Scene {
  Tree& tree;
  const System& system;
  const definition::ImageSpec& spec;
  const PackageList& packages;
  const packages::PackageSources& repositories;
  std::span<const plan::PlannedPackage> planned;  // what the plan says of `packages`
  std::string codename;
  std::string architecture;  // in the words of its packages
  UnixTime created = 0;
  int dropped_paths_policy = 1;
  int effects_policy = 1;

  const packages::UnpackedPackage* package(std::string_view name) const;
  bool is_dev() const { return spec.variant == "dev"; }
};

// How an effect changes the tree: what it makes is owned by it, what it changes lists it as a
// modifier. Missing parents are made, 0755 and root's.
class Maker {
 public:
  Maker(Scene& scene, model::Owner owner) : scene_(scene), owner_(std::move(owner)) {}

  // Writes a file, through a link that is there. What was there keeps its owner.
  Result<> file(std::string_view path, std::string bytes, Attributes attributes);
  // The same content as another file of the tree, when that is there and `path` is not.
  Result<> copy(std::string_view from, std::string_view path);
  // Makes a symbolic link in place of a file or link that is there; a directory stays and is an
  // error.
  Result<> link(std::string_view path, std::string target);
  // Makes a directory that is not there; one that is there stays as it is.
  Result<> directory(std::string_view path, Attributes attributes);
  // Sets mode and ownership of what is there.
  void attributes(std::string_view path, uint32_t mode, uint32_t uid, uint32_t gid);
  bool exists(std::string_view path) const { return scene_.tree.follow(path) != nullptr; }

 private:
  Result<std::string> place(std::string_view path, Last last);
  void take(Node& made, const Node* old) const;

  Scene& scene_;
  model::Owner owner_;
};

struct Effect {
  std::string_view name;      // the owner of what it makes
  std::string_view packages;  // those that trigger it, in words for people
  std::string_view does;      // one line
  Result<> (*run)(Scene& scene, Maker& maker);
  int since = 1;  // the first effects policy that has it
};

// Runs the system's tables (system.hpp): simple files, then effects whose package is there.
Result<> run_effects(Scene& scene);

}  // namespace kiln::rootfs
