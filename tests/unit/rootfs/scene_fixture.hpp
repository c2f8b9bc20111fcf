// SPDX-License-Identifier: Apache-2.0
//
// A tree of made-up packages with everything an effect looks at, and a way to put it on disk for a
// real tool to judge.
#pragma once
#include "base/files.hpp"
#include "rootfs/deb/system.hpp"
#include "rootfs/deb/unpack_rules.hpp"
#include "rootfs/effects/effect.hpp"
#include "sample_package.hpp"
#include "support/result_matchers.hpp"

#include <filesystem>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace kiln::rootfs::testing {

class SceneTest : public ::testing::Test {
 protected:
  void add(SamplePackage& package) {
    packages.push_back(package.build(contents));
    EXPECT_OK(unpacker.add(packages.back()));
  }
  void add(SamplePackage&& package) { add(package); }

  std::string bytes(std::string_view path) {
    return std::string(kiln::testing::value(tree.read(path)));
  }
  std::string link(std::string_view path) {
    const Node* node = tree.find(path);
    return node && node->type == model::FileType::symlink ? node->link : "(no link)";
  }

  // Files, directories and links below a directory of the disk; modes, but no owners.
  void write_to(const Path& root) {
    for (const auto& [path, node] : rootfs.nodes) {
      Path place = root / path;
      if (node.type == model::FileType::directory) {
        std::filesystem::create_directories(place);
      } else if (node.type == model::FileType::symlink) {
        std::filesystem::create_symlink(node.link, place);
      } else {
        EXPECT_OK(write_file(place, bytes(path), node.mode));
        ::chmod(place.c_str(), node.mode);
      }
    }
  }

  Rootfs rootfs;
  MemoryContents contents;
  Tree tree{rootfs, contents};
  Unpacker unpacker{tree, 1, deb::unpack_rules({})};
  definition::ImageSpec spec;
  PackageList packages;
  packages::PackageSources repositories;
  Scene scene{.tree = tree,
              .system = deb::debian(),
              .spec = spec,
              .packages = packages,
              .repositories = repositories,
              .planned = {},
              .codename = "trixie",
              .architecture = "amd64",
              .created = 1234,
              .dropped_paths_policy = 1};
};

}  // namespace kiln::rootfs::testing
