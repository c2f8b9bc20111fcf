// SPDX-License-Identifier: Apache-2.0
//
// Hostile packages: members with links and odd paths, unpacked one package over another. Every path
// of the tree must stay inside the root and have its parent.
//
//   input  = *line
//   line   = "P" name LF / member      ; tree_input.hpp
#include "rootfs/deb/unpack_rules.hpp"
#include "rootfs/unpack.hpp"
#include "tree_input.hpp"

using namespace kiln;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  rootfs::Rootfs made;
  rootfs::MemoryContents contents;
  rootfs::Tree tree(made, contents);
  rootfs::Unpacker unpacker(tree, 1, rootfs::deb::unpack_rules({{"a", "b", "p"}}));
  auto package = std::make_shared<packages::UnpackedPackage>();
  for (std::string_view line : split({reinterpret_cast<const char*>(data), size}, '\n')) {
    if (line.empty()) continue;
    if (line.front() == 'P') {
      (void)unpacker.add(package);
      package = std::make_shared<packages::UnpackedPackage>();
      package->id.name = std::string(line.substr(1));
    } else {
      package->files.push_back(fuzz::member(line));
    }
  }
  (void)unpacker.add(package);
  (void)unpacker.add_merged_links(0);
  fuzz::check(made);
  return 0;
}
