// SPDX-License-Identifier: Apache-2.0
#include "rootfs/tree.hpp"

#include "base/strings.hpp"

#include <algorithm>

namespace kiln::rootfs {

namespace {

constexpr int k_most_links = 40;  // as Linux's MAXSYMLINKS
constexpr size_t k_longest_path = 4096;

std::vector<std::string> components_reversed(std::string_view path) {
  std::vector<std::string> pieces;
  for (std::string_view piece : split(path, '/')) {
    if (!piece.empty() && piece != ".") pieces.emplace_back(piece);
  }
  std::reverse(pieces.begin(), pieces.end());
  return pieces;
}

}  // namespace

std::string_view parent_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

Tree::Tree(Rootfs& rootfs, Contents& contents) : rootfs_(rootfs), contents_(contents) {
  for (const auto& [path, node] : rootfs_.nodes) {
    if (node.type == model::FileType::hard_link) hard_links_ = true;
  }
}

const Node* Tree::find(std::string_view path) const {
  auto found = rootfs_.nodes.find(path);
  return found == rootfs_.nodes.end() ? nullptr : &found->second;
}

Node* Tree::find(std::string_view path) {
  auto found = rootfs_.nodes.find(path);
  return found == rootfs_.nodes.end() ? nullptr : &found->second;
}

// Whether no link is followed on the way to a path: what the tree holds, it holds below
// directories.
bool Tree::is_resolved(std::string_view path, Last last) const {
  if (const Node* node = find(path))
    return last == Last::keep || node->type != model::FileType::symlink;
  std::string_view name = name_of(path);
  if (path.starts_with('/') || name.empty() || name == "." || name == "..") return false;
  const Node* parent = find(parent_of(path));
  return parent && parent->type == model::FileType::directory;
}

Result<std::string> Tree::resolve(std::string_view path, Last last) const {
  if (is_resolved(path, last) && path.size() <= k_longest_path) return std::string(path);
  std::vector<std::string> todo = components_reversed(path);
  std::string done;
  int links = 0;
  while (!todo.empty()) {
    std::string piece = std::move(todo.back());
    todo.pop_back();
    if (piece == "..") {
      done = std::string(parent_of(done));
      continue;
    }
    std::string here = done.empty() ? piece : done + "/" + piece;
    if (here.size() > k_longest_path) {
      return fail(ErrorCode::corrupt, "the path " + printable(path) + " is too long");
    }
    const Node* node = find(here);
    bool follow =
        node && node->type == model::FileType::symlink && (!todo.empty() || last == Last::follow);
    if (!follow) {
      if (node && !todo.empty() && node->type != model::FileType::directory) {
        return fail(ErrorCode::corrupt, "/" + here + " is not a directory, but " + printable(path) +
                                            " passes through it");
      }
      done = std::move(here);
      continue;
    }
    if (++links > k_most_links) {
      return fail(ErrorCode::corrupt, "too many symbolic links on the way to /" + printable(path));
    }
    if (node->link.starts_with('/')) done.clear();
    std::ranges::move(components_reversed(node->link), std::back_inserter(todo));
  }
  return done;
}

const Node* Tree::follow(std::string_view path) const {
  Result<std::string> resolved = resolve(path, Last::follow);
  return resolved ? find(*resolved) : nullptr;
}

const Node* Tree::inode(const Node& node) const {
  return node.type == model::FileType::hard_link ? find(node.link) : &node;
}

Result<std::string_view> Tree::read(std::string_view path) const {
  const Node* node = follow(path);
  if (node) node = inode(*node);
  if (!node || node->type != model::FileType::file) {
    return fail(ErrorCode::not_found, "no file /" + printable(path) + " in the image");
  }
  return contents_.bytes(node->content);
}

std::vector<std::pair<std::string_view, const Node*>> Tree::list(std::string_view directory) const {
  std::vector<std::pair<std::string_view, const Node*>> names;
  std::string prefix = directory.empty() ? "" : std::string(directory) + "/";
  auto it = rootfs_.nodes.lower_bound(prefix);
  while (it != rootfs_.nodes.end() && it->first.starts_with(prefix)) {
    std::string_view rest = std::string_view(it->first).substr(prefix.size());
    size_t slash = rest.find('/');
    if (slash == std::string_view::npos) {
      names.emplace_back(rest, &it->second);
      ++it;
    } else {  // skip what lies deeper: '0' follows '/'
      it = rootfs_.nodes.lower_bound(prefix + std::string(rest.substr(0, slash)) + "0");
    }
  }
  return names;
}

Result<> Tree::make_directories(std::string_view path, const Attributes& attributes,
                                const model::Owner& owner) {
  if (path.empty()) return {};
  if (const Node* node = find(path)) {
    if (node->type == model::FileType::directory) return {};
    return fail(ErrorCode::corrupt, "/" + printable(path) + " is not a directory");
  }
  TRY(make_directories(parent_of(path), attributes, owner));
  Node node;
  node.type = model::FileType::directory;
  node.mode = attributes.mode;
  node.uid = attributes.uid;
  node.gid = attributes.gid;
  node.mtime = attributes.mtime;
  node.owners = {owner};
  put(std::string(path), std::move(node));
  return {};
}

Node& Tree::put(std::string path, Node node) {
  if (const Node* old = find(path)) {
    ASSERT(old->type != model::FileType::directory || node.type == model::FileType::directory);
    release_hard_links(path, *old);
  }
  if (node.type == model::FileType::hard_link) hard_links_ = true;
  return rootfs_.nodes.insert_or_assign(std::move(path), std::move(node)).first->second;
}

void Tree::remove(std::string_view path) {
  std::string below = std::string(path) + "/";
  for (auto it = rootfs_.nodes.lower_bound(below);
       it != rootfs_.nodes.end() && it->first.starts_with(below);) {
    release_hard_links(it->first, it->second);
    it = rootfs_.nodes.erase(it);
  }
  auto found = rootfs_.nodes.find(path);
  if (found == rootfs_.nodes.end()) return;
  release_hard_links(path, found->second);
  rootfs_.nodes.erase(found);
}

void Tree::release_hard_links(std::string_view path, const Node& node) {
  if (!hard_links_ || node.type != model::FileType::file) return;
  std::string first;  // the link that becomes the file
  for (auto& [name, other] : rootfs_.nodes) {
    if (other.type != model::FileType::hard_link || other.link != path) continue;
    if (first.empty()) {
      first = name;
      other.type = model::FileType::file;
      other.link.clear();
      other.content = node.content;
    } else {
      other.link = first;
    }
  }
}

}  // namespace kiln::rootfs
