// SPDX-License-Identifier: Apache-2.0
//
// What is true of a container and of an image, as the kernel and the engine tell it.
#pragma once
#include "support/containers.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::testing {

// Fails the test unless a container's first process runs as that user, with no capability and no
// way to gain one, on a root that is mounted read-only.
void expect_hardened(Container& container, uint32_t uid);

// An image's files, unpacked.
class ImageTree {
 public:
  ImageTree(ContainerEngine& engine, const std::string& image);

  bool has(std::string_view path) const;  // symbolic links are not followed
  // The bytes of a file; fails the test when it is not there.
  std::string read(std::string_view path) const;
  std::string link(std::string_view path) const;
  std::vector<std::string> list(std::string_view directory) const;
  // Paths of all files that hold machine code (ELF).
  std::vector<std::string> programs() const;
  // Names in the package database: dpkg's, of a runtime image (status.d) or a dev image (status),
  // or apk's, sorted.
  std::vector<std::string> packages() const;

 private:
  Path at(std::string_view path) const;
  TemporaryDirectory place_;
};

}  // namespace kiln::testing
