// SPDX-License-Identifier: Apache-2.0
//
// Hostile packages: members with links and odd paths, unpacked one package over another. Every path
// of the tree must stay inside the root and have its parent.
//
//   input  = *line
//   line   = "P" name LF / kind path [" " link] LF      ; kind: f, d, l, h
#include "base/files.hpp"
#include "base/strings.hpp"
#include "rootfs/deb/unpack_rules.hpp"
#include "rootfs/unpack.hpp"

#include <cstdlib>

namespace {

using namespace kiln;

packages::PackageFile member(std::string_view line) {
  packages::PackageFile file;
  std::string_view rest = line.substr(1);
  Result<std::string> path = clean_path(take_until(rest, ' '));
  file.path = path ? *path : "";
  switch (line.front()) {
    case 'd':
      file.type = model::FileType::directory;
      break;
    case 'l':
      file.type = model::FileType::symlink;
      file.link = std::string(rest);
      break;
    case 'h':
      file.type = model::FileType::hard_link;
      file.link = std::string(rest);
      break;
    default:
      break;
  }
  return file;
}

void check(const rootfs::Rootfs& tree) {
  for (const auto& [path, node] : tree.nodes) {
    Result<std::string> clean = clean_path(path);
    if (!clean || *clean != path) std::abort();
    std::string_view parent = rootfs::parent_of(path);
    if (parent.empty()) continue;
    auto found = tree.nodes.find(parent);
    if (found == tree.nodes.end() || found->second.type != model::FileType::directory) std::abort();
  }
}

}  // namespace

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
      package->files.push_back(member(line));
    }
  }
  (void)unpacker.add(package);
  (void)unpacker.add_merged_links(0);
  check(made);
  return 0;
}
