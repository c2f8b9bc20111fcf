// SPDX-License-Identifier: Apache-2.0
#include "rootfs/unpack.hpp"

#include "base/strings.hpp"
#include "rootfs/dropped_paths.hpp"

#include <algorithm>

namespace kiln::rootfs {

namespace {

using model::FileType;
using model::Owner;

Owner package_owner(const packages::UnpackedPackage& package) {
  return {Owner::Kind::package, package.id.name};
}

bool same_file(const Node& a, const Node& b) {
  return a.type == b.type && a.mode == b.mode && a.uid == b.uid && a.gid == b.gid &&
         a.link == b.link && a.content.sha256 == b.content.sha256;
}

}  // namespace

bool UnpackRules::is_merged(std::string_view top_level_name) const {
  return std::ranges::find(merged, top_level_name) != merged.end();
}

std::string UnpackRules::merged_path(std::string_view path) const {
  bool moves = is_merged(path.substr(0, path.find('/')));
  return moves ? "usr/" + std::string(path) : std::string(path);
}

Result<> Unpacker::add(const std::shared_ptr<const Package>& package) {
  members_.clear();
  for (const Member& member : package->files) members_.emplace(member.path, &member);
  packages_[package->id.name] = package;
  for (const Member& member : package->files) {
    if (member.path.empty() || is_dropped(policy_, member.path, member.type)) continue;
    TRY_CONTEXT(add_member(*package, member), "unpacking " + package->id.str());
  }
  return {};
}

Result<> Unpacker::add_merged_links(UnixTime mtime) {
  for (const std::string& name : rules_.merged) {
    if (tree_.find(name) || !tree_.find("usr/" + name)) continue;
    bool used = std::ranges::any_of(packages_, [&](const auto& entry) {
      return std::ranges::any_of(entry.second->files, [&](const Member& member) {
        return member.path.substr(0, member.path.find('/')) == name;
      });
    });
    if (!used) continue;
    Node node;
    node.type = FileType::symlink;
    node.mode = 0777;
    node.mtime = mtime;
    node.link = "usr/" + name;
    node.owners = {{Owner::Kind::effect, "merged-usr"}};
    tree_.put(name, std::move(node));
  }
  return {};
}

Result<> Unpacker::add_member(const Package& package, const Member& member) {
  if (member.type == FileType::character_device || member.type == FileType::block_device) {
    warn("device node /" + member.path + " of " + package.id.name + " is left out");
    return {};
  }
  if (rules_.is_merged(member.path) && member.type == FileType::symlink) {
    std::string wanted = "usr/" + member.path;
    if (member.link != wanted && member.link != "/" + wanted) {
      return fail(ErrorCode::corrupt, "/" + member.path + " would lead to " +
                                          printable(member.link) + " and not to " + wanted);
    }
    return add_leaf(package, member, member.path);
  }
  std::string path = TRY(place_of(package, member));
  if (path.empty()) return {};
  if (member.type == FileType::directory) return add_directory(package, member, path);
  return add_leaf(package, member, path);
}

// The resolved path where a member is to lie; its parents are made.
Result<std::string> Unpacker::place_of(const Package& package, const Member& member) {
  std::string path = rules_.merged_path(diverted(package, member.path));
  Last last = member.type == FileType::directory ? Last::follow : Last::keep;
  path = TRY(tree_.resolve(path, last));
  TRY(tree_.make_directories(parent_of(path), {0755, 0, 0, member.mtime}, package_owner(package)));
  return path;
}

std::string Unpacker::diverted(const Package& package, std::string path) const {
  for (const Diversion& diversion : rules_.diversions) {
    if (diversion.from == path && diversion.package != package.id.name) return diversion.to;
  }
  return path;
}

Result<> Unpacker::add_directory(const Package& package, const Member& member,
                                 const std::string& path) {
  Owner owner = package_owner(package);
  if (Node* old = tree_.find(path)) {
    if (old->type != FileType::directory) {
      return fail(ErrorCode::corrupt, "/" + path + " is a directory in " + package.id.name +
                                          " and a " + std::string(str(old->type)) + " of " +
                                          old->owners.front().str());
    }
    if (std::ranges::find(old->owners, owner) == old->owners.end()) old->owners.push_back(owner);
    if (rules_.join_directories) rules_.join_directories(*old, member);
    return {};
  }
  tree_.put(path, TRY(make_node(package, member, path)));
  return {};
}

Result<> Unpacker::add_leaf(const Package& package, const Member& member, const std::string& path) {
  Node made = TRY(make_node(package, member, path));
  if (const Node* old = tree_.find(path)) {
    if (old->type == FileType::directory) {
      const Node* target = made.type == FileType::symlink
                               ? tree_.follow(std::string(parent_of(path)) + "/" + made.link)
                               : nullptr;
      if (made.type == FileType::symlink && made.link.starts_with('/')) {
        target = tree_.follow(made.link);
      }
      if (target && target->type == FileType::directory) {
        warn("the directory /" + path + " stays; " + package.id.name + " would make it a link to " +
             printable(made.link));
        return {};
      }
      return fail(ErrorCode::corrupt, "/" + path + " is a directory of " +
                                          old->owners.front().str() + " and a " +
                                          std::string(str(made.type)) + " in " + package.id.name);
    }
    if (!TRY(may_replace(package, *old, made, path))) return {};
  }
  tree_.put(path, std::move(made));
  return {};
}

// Whether the new file takes the place of the old one; an error when neither package may.
Result<bool> Unpacker::may_replace(const Package& package, const Node& old, const Node& made,
                                   const std::string& path) {
  const Package* owner = owner_of(old);
  if (!owner || owner == &package) return true;
  Overlap overlap = rules_.overlap(*owner, package, same_file(old, made));
  if (overlap != Overlap::conflict) return overlap == Overlap::replace;
  std::string hint = "exclude one of the two packages";
  for (const std::string& name : {owner->id.name, package.id.name}) {
    if (std::ranges::find(rules_.unknown_diverters, name) == rules_.unknown_diverters.end())
      continue;
    hint = "the preinst of " + name + " calls dpkg-divert in a way that is not understood; " + hint;
  }
  return fail(ErrorCode::corrupt,
              "/" + path + " is in " + owner->id.str() + " and in " + package.id.str() +
                  ", and neither declares to replace the other",
              std::move(hint));
}

const Unpacker::Package* Unpacker::owner_of(const Node& node) const {
  if (node.owners.empty() || node.owners.front().kind != Owner::Kind::package) return nullptr;
  auto found = packages_.find(node.owners.front().name);
  return found == packages_.end() ? nullptr : found->second.get();
}

Result<Node> Unpacker::make_node(const Package& package, const Member& member,
                                 const std::string& path) {
  Node node;
  node.type = member.type;
  node.mode = member.mode & 07777;
  node.uid = member.uid;
  node.gid = member.gid;
  node.mtime = member.mtime;
  node.xattrs = member.xattrs;
  node.owners = {package_owner(package)};
  if (member.type == FileType::symlink) {
    if (member.link.empty() || member.link.find('\0') != std::string::npos) {
      return fail(ErrorCode::corrupt, "/" + printable(member.path) + " is a link to nothing");
    }
    node.link = member.link;
  }
  const Member* data = &member;
  if (member.type == FileType::hard_link) {
    auto first = members_.find(member.link);
    if (first == members_.end() || first->second->type != FileType::file) {
      return fail(ErrorCode::corrupt, "/" + printable(member.path) + " is a hard link to " +
                                          printable(member.link) + ", which is no file");
    }
    data = first->second;
    node.mode = data->mode & 07777;
    node.uid = data->uid;
    node.gid = data->gid;
    node.mtime = data->mtime;
    node.xattrs = data->xattrs;
    std::string target =
        TRY(tree_.resolve(rules_.merged_path(diverted(package, data->path)), Last::keep));
    const Node* there = tree_.find(target);
    if (there && there->type == FileType::file && owner_of(*there) == &package && target != path) {
      node.link = std::move(target);
      return node;
    }
    node.type = FileType::file;  // its first name was left out of the image
  }
  if (node.type == FileType::file) {
    node.content.payload = package.payload;
    node.content.offset = data->offset;
    node.content.size = data->size;
    node.content.sha256 = data->sha256;
  }
  return node;
}

}  // namespace kiln::rootfs
