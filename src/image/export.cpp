// SPDX-License-Identifier: Apache-2.0
//
// A directory is filled below a new one of mode 0700 that nobody else can enter, and only below
// directories that were made there, so no symbolic link is ever followed. Modes and times of
// directories come last, deepest first, since making what lies in them needs and changes both.
#include "image/export.hpp"

#include "base/new_directory.hpp"
#include "image/layers.hpp"
#include "image/recipe.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace kiln::image {

namespace {

using model::FileType;
using rootfs::Node;

constexpr uint64_t k_piece = 1U << 20;

class TreeWriter {
 public:
  TreeWriter(const Payloads& payloads, Path root, const StopCheck& stop)
      : payloads_(payloads), root_(std::move(root)), stop_(stop) {}

  Result<> write(const LayerGroup& tree) {
    for (const LayerEntry& entry : tree.entries) {
      TRY(ask(stop_));
      TRY(check_parent(entry.path));
      TRY_CONTEXT(make(entry), fmt::format("writing {}", entry.path));
    }
    for (size_t i = tree.entries.size(); i-- > 0;) {
      const LayerEntry& entry = tree.entries[i];
      if (entry.node->type == FileType::directory) TRY(finish(place(entry.path), entry));
    }
    return {};
  }

  std::vector<std::string> take_omissions() {
    std::vector<std::string> list;
    if (owners_) list.emplace_back("files belong to you: only root can give them their owners");
    if (devices_) list.emplace_back("device files were left out: only root can make them");
    if (attributes_) list.emplace_back("extended attributes were left out: they need privileges");
    return list;
  }

 private:
  Path place(std::string_view path) const { return root_ / path; }

  Result<> check_parent(std::string_view path) const {
    size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || directories_.contains(path.substr(0, slash))) return {};
    return fail(ErrorCode::corrupt, fmt::format("{} does not lie in a directory", path));
  }

  Result<> make(const LayerEntry& entry) {
    const Node& node = *entry.node;
    Path path = place(entry.path);
    if (!entry.link_to.empty()) {
      if (::link(place(entry.link_to).c_str(), path.c_str()) == 0) return {};
      return fail_errno("cannot make a hard link", errno);
    }
    switch (node.type) {
      case FileType::directory:
        directories_.insert(entry.path);
        if (::mkdir(path.c_str(), 0700) == 0) return {};
        return fail_errno("cannot make a directory", errno);
      case FileType::symlink:
        if (::symlink(node.link.c_str(), path.c_str()) != 0)
          return fail_errno("cannot make a symbolic link", errno);
        return finish(path, entry);
      case FileType::file:
        TRY(make_file(path, node));
        return finish(path, entry);
      default:
        return make_special(path, entry);
    }
  }

  Result<> make_file(const Path& path, const Node& node) const {
    std::string_view content = TRY(payloads_.bytes_of(node.content));
    Fd fd = TRY(open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600));
    return write_all(fd.get(), content);
  }

  Result<> make_special(const Path& path, const LayerEntry& entry) {
    const Node& node = *entry.node;
    mode_t kind = node.type == FileType::fifo               ? S_IFIFO
                  : node.type == FileType::character_device ? S_IFCHR
                                                            : S_IFBLK;
    dev_t device = ::makedev(node.device_major, node.device_minor);
    if (::mknod(path.c_str(), kind | 0600, device) == 0) return finish(path, entry);
    if (errno != EPERM) return fail_errno("cannot make a special file", errno);
    devices_ = true;
    return {};
  }

  // Owner, then mode (changing the owner clears setuid), attributes (likewise), time.
  Result<> finish(const Path& path, const LayerEntry& entry) {
    const Node& node = *entry.node;
    if (::geteuid() != 0)
      owners_ = owners_ || node.uid != ::geteuid() || node.gid != ::getegid();
    else if (::lchown(path.c_str(), node.uid, node.gid) != 0)
      return fail_errno("cannot set the owner", errno);
    if (node.type != FileType::symlink && ::chmod(path.c_str(), node.mode) != 0)
      return fail_errno("cannot set the mode", errno);
    TRY(set_attributes(path, node));
    timespec time = {.tv_sec = entry.mtime, .tv_nsec = 0};
    timespec times[2] = {time, time};
    if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
      return fail_errno("cannot set the time", errno);
    return {};
  }

  Result<> set_attributes(const Path& path, const Node& node) {
    for (const auto& [name, value] : node.xattrs) {
      if (::lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0) == 0) continue;
      if (errno != EPERM && errno != ENOTSUP)
        return fail_errno(fmt::format("cannot set the attribute {}", name), errno);
      attributes_ = true;
    }
    return {};
  }

  const Payloads& payloads_;
  Path root_;
  const StopCheck& stop_;
  std::set<std::string_view> directories_;
  bool owners_ = false;
  bool devices_ = false;
  bool attributes_ = false;
};

// Whether the directory is there, and then empty.
Result<bool> check_absent_or_empty(const Path& directory) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(directory, error))) return false;
  std::vector<std::string> names = TRY(list_directory(directory));
  if (names.empty()) return true;
  return fail(ErrorCode::bad_input, fmt::format("{} is not empty", directory.string()),
              "name a new directory, or remove this one first");
}

struct Prepared {
  LayerGroup tree;
  Recipe recipe;
  Payloads payloads;
};

Result<Prepared> prepare(const rootfs::Rootfs& rootfs, Store& store) {
  Prepared prepared;
  prepared.tree = TRY(whole_tree(rootfs));
  prepared.recipe = TRY(Recipe::of(prepared.tree));
  TRY(prepared.recipe.add_payloads(prepared.payloads, store));
  return prepared;
}

}  // namespace

Result<> write_tree_tar(const rootfs::Rootfs& rootfs, Store& store, Sink& sink) {
  Prepared prepared = TRY(prepare(rootfs, store));
  std::string piece;
  for (uint64_t at = 0; at < prepared.recipe.tar_size(); at += k_piece) {
    piece.clear();
    uint64_t end = std::min(at + k_piece, prepared.recipe.tar_size());
    TRY(prepared.recipe.append_range(at, end, prepared.payloads, piece));
    TRY(sink.write(piece));
  }
  return {};
}

Result<std::vector<std::string>> write_tree_directory(const rootfs::Rootfs& rootfs, Store& store,
                                                      const Path& directory,
                                                      const StopCheck& stop) {
  Path target = std::filesystem::absolute(directory).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  bool exists = TRY(check_absent_or_empty(target));
  Prepared prepared = TRY(prepare(rootfs, store));
  NewDirectory made = TRY(NewDirectory::create(target));
  // The tree has no entry for its root, and the umask is no property of an image.
  if (::chmod(made.path().c_str(), 0755) != 0)
    return fail_errno(fmt::format("cannot set the mode of {}", made.path().string()), errno);
  TreeWriter writer(prepared.payloads, made.path(), stop);
  TRY(writer.write(prepared.tree));
  using enum NewDirectory::Replace;
  TRY(made.commit(exists ? present : nothing));
  return writer.take_omissions();
}

}  // namespace kiln::image
