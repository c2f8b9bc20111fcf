// SPDX-License-Identifier: Apache-2.0
#include "rootfs/effects/effect.hpp"

namespace kiln::rootfs {

using model::FileType;

const packages::UnpackedPackage* Scene::package(std::string_view name) const {
  for (const auto& package : packages) {
    if (package->id.name == name) return package.get();
  }
  return nullptr;
}

Result<std::string> Maker::place(std::string_view path, Last last) {
  std::string resolved = TRY(scene_.tree.resolve(path, last));
  TRY(scene_.tree.make_directories(parent_of(resolved), {0755, 0, 0, scene_.created}, owner_));
  return resolved;
}

void Maker::take(Node& made, const Node* old) const {
  if (!old) {
    made.owners = {owner_};
    return;
  }
  made.owners = old->owners;
  made.modifiers = old->modifiers;
  made.modifiers.push_back(owner_);
}

Result<> Maker::file(std::string_view path, std::string bytes, Attributes attributes) {
  std::string resolved = TRY(place(path, Last::follow));
  const Node* old = scene_.tree.find(resolved);
  if (old && old->type == FileType::directory) {
    return fail(ErrorCode::corrupt,
                "/" + resolved + " is a directory where " + owner_.str() + " needs a file");
  }
  Node node;
  node.mode = attributes.mode;
  node.uid = attributes.uid;
  node.gid = attributes.gid;
  node.mtime = scene_.created;
  node.content = Content::inline_bytes(std::move(bytes));
  take(node, old);
  scene_.tree.put(std::move(resolved), std::move(node));
  return {};
}

Result<> Maker::copy(std::string_view from, std::string_view path) {
  const Node* source = scene_.tree.follow(from);
  if (source) source = scene_.tree.inode(*source);
  if (!source || source->type != FileType::file || exists(path)) return {};
  Node node = *source;
  node.owners = {owner_};
  node.modifiers.clear();
  scene_.tree.put(TRY(place(path, Last::keep)), std::move(node));
  return {};
}

Result<> Maker::link(std::string_view path, std::string target) {
  std::string resolved = TRY(place(path, Last::keep));
  const Node* old = scene_.tree.find(resolved);
  if (old && old->type == FileType::directory) {
    return fail(ErrorCode::corrupt,
                "/" + resolved + " is a directory where " + owner_.str() + " needs a link");
  }
  Node node;
  node.type = FileType::symlink;
  node.mode = 0777;
  node.mtime = scene_.created;
  node.link = std::move(target);
  take(node, old);
  scene_.tree.put(std::move(resolved), std::move(node));
  return {};
}

Result<> Maker::directory(std::string_view path, Attributes attributes) {
  std::string resolved = TRY(place(path, Last::follow));
  attributes.mtime = scene_.created;
  return scene_.tree.make_directories(resolved, attributes, owner_);
}

void Maker::attributes(std::string_view path, uint32_t mode, uint32_t uid, uint32_t gid) {
  Result<std::string> resolved = scene_.tree.resolve(path, Last::follow);
  Node* node = resolved ? scene_.tree.find(*resolved) : nullptr;
  if (!node || (node->mode == mode && node->uid == uid && node->gid == gid)) return;
  node->mode = mode;
  node->uid = uid;
  node->gid = gid;
  node->modifiers.push_back(owner_);
}

}  // namespace kiln::rootfs
