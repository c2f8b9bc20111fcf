// SPDX-License-Identifier: Apache-2.0
//
// The tree while it is being made: lookups that follow symbolic links inside the root, as the
// kernel would in a chroot, and changes that keep the tree whole (parents of every path are there,
// hard links never dangle). Nothing here touches a disk.
#pragma once
#include "rootfs/contents.hpp"
#include "rootfs/rootfs.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kiln::rootfs {

// Whether a path's last component is followed when it is a symbolic link.
enum class Last { follow, keep };

// Mode and ownership of something new.
struct Attributes {
  uint32_t mode = 0755;
  uint32_t uid = 0;
  uint32_t gid = 0;
  UnixTime mtime = 0;
};

class Tree {
 public:
  Tree(Rootfs& rootfs, Contents& contents);

  // What lies at exactly this clean path, links not followed; null when nothing does.
  const Node* find(std::string_view path) const;
  Node* find(std::string_view path);

  // The path with every link resolved inside the root; components that do not exist stay as they
  // are. Fails (corrupt) after 40 links, or when a component that is not the last is a file.
  Result<std::string> resolve(std::string_view path, Last last) const;

  // What a path leads to after all links; null when nothing is there or links do not end.
  const Node* follow(std::string_view path) const;

  // The bytes of a file, links and hard links followed. Fails with not_found for anything else.
  // The view is valid until the tree changes there.
  Result<std::string_view> read(std::string_view path) const;
  // The file itself when `path` is a hard link to it, else what lies there.
  const Node* inode(const Node& node) const;

  // Names and nodes directly in a directory, sorted by name.
  std::vector<std::pair<std::string_view, const Node*>> list(std::string_view directory) const;

  // Makes missing directories up to and including a resolved path, each with these attributes.
  // Fails (corrupt) when something else is in the way.
  Result<> make_directories(std::string_view path, const Attributes& attributes,
                            const model::Owner& owner);

  // Puts a node at a resolved path whose parent exists, in place of a file or link that was there.
  // Must not replace a directory.
  Node& put(std::string path, Node node);

  // Removes a path and all below it; absent is fine. A hard link to a removed file becomes the
  // file.
  void remove(std::string_view path);

  Rootfs& rootfs() { return rootfs_; }
  const Rootfs& rootfs() const { return rootfs_; }
  Contents& contents() const { return contents_; }

 private:
  bool is_resolved(std::string_view path, Last last) const;
  void release_hard_links(std::string_view path, const Node& node);

  Rootfs& rootfs_;
  Contents& contents_;
  bool hard_links_ = false;  // whether there ever was one
};

// "a/b" of "a/b/c"; the root "" of "c".
std::string_view parent_of(std::string_view path);
// "c" of "a/b/c".
std::string_view name_of(std::string_view path);

}  // namespace kiln::rootfs
