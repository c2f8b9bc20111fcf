// SPDX-License-Identifier: Apache-2.0
#include "rootfs/paths.hpp"

#include "base/files.hpp"
#include "base/strings.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace kiln::rootfs {

namespace {

using definition::PathEntry;
using definition::PathType;
using model::FileType;
using plan::LocalSource;

class PathApplier {
 public:
  PathApplier(Tree& tree, const std::vector<LocalSource>& sources, UnixTime created,
              const PathEntry& entry, size_t index)
      : tree_(tree),
        sources_(sources),
        created_(created),
        entry_(entry),
        owner_{model::Owner::Kind::definition, fmt::format("paths[{}]", index)} {}

  Result<> apply() {
    std::string path = TRY(clean_path(entry_.path));
    switch (entry_.type) {
      case PathType::directory:
        return entry_.source.empty() ? directory(path) : copy_directory(path);
      case PathType::file:
        return file(path);
      case PathType::empty_file:
        return put(path, Content::inline_bytes({}), entry_.mode.value_or(0644));
      case PathType::symlink:
        return link(path);
      case PathType::remove:
        return remove(path);
    }
    return {};
  }

 private:
  Attributes attributes(uint32_t mode) const { return {mode, entry_.uid, entry_.gid, created_}; }

  Result<> directory(const std::string& path) {
    std::string place = TRY(tree_.resolve(path, Last::follow));
    bool known = place.empty() || tree_.find(place);
    TRY(tree_.make_directories(parent_of(place), attributes(0755), owner_));
    TRY(tree_.make_directories(place, attributes(entry_.mode.value_or(0755)), owner_));
    Node* node = known ? tree_.find(place) : nullptr;
    if (!node) return {};
    node->uid = entry_.uid;
    node->gid = entry_.gid;
    if (entry_.mode) node->mode = *entry_.mode;
    node->modifiers.push_back(owner_);
    return {};
  }

  // The contents of a local directory; a mode is meant for its files.
  Result<> copy_directory(const std::string& path) {
    std::string prefix = entry_.source;
    while (prefix.ends_with('/')) prefix.pop_back();
    prefix += '/';
    std::string place = TRY(tree_.resolve(path, Last::follow));
    TRY(tree_.make_directories(place, attributes(0755), owner_));
    bool any = false;
    for (const LocalSource& source : sources_) {
      if (!source.path.starts_with(prefix)) continue;
      any = true;
      std::string below = TRY(clean_path(source.path.substr(prefix.size())));
      TRY(put(place.empty() ? below : place + "/" + below, content_of(source), file_mode(source)));
    }
    if (any) return {};
    return fail(ErrorCode::bad_input, "no file of the plan lies below the source " + entry_.source);
  }

  Result<> file(const std::string& path) {
    if (entry_.source.empty()) {
      return put(path, Content::inline_bytes(entry_.content), entry_.mode.value_or(0644));
    }
    auto source = std::ranges::find(sources_, entry_.source, &LocalSource::path);
    if (source == sources_.end()) {
      return fail(ErrorCode::bad_input, "the plan does not hold the source " + entry_.source);
    }
    return put(path, content_of(*source), file_mode(*source));
  }

  uint32_t file_mode(const LocalSource& source) const {
    return entry_.mode.value_or(source.executable ? 0755 : 0644);
  }

  static Content content_of(const LocalSource& source) {
    Content content;
    content.payload = source.sha256;
    content.size = source.size;
    content.sha256 = source.sha256;
    return content;
  }

  Result<> put(const std::string& path, Content content, uint32_t mode) {
    Node node;
    node.mode = mode;
    node.content = std::move(content);
    return put_node(path, std::move(node));
  }

  Result<> link(const std::string& path) {
    Node node;
    node.type = FileType::symlink;
    node.mode = 0777;
    node.link = entry_.source;
    return put_node(path, std::move(node));
  }

  Result<> put_node(const std::string& path, Node node) {
    std::string place = TRY(tree_.resolve(path, Last::keep));
    const Node* old = tree_.find(place);
    if (place.empty() || (old && old->type == FileType::directory)) {
      return fail(ErrorCode::bad_input,
                  fmt::format("/{} is a directory and cannot become a {}", place, str(node.type)),
                  "delete the directory with an entry before this one");
    }
    TRY(tree_.make_directories(parent_of(place), attributes(0755), owner_));
    node.uid = entry_.uid;
    node.gid = entry_.gid;
    node.mtime = created_;
    node.owners = {owner_};
    tree_.put(std::move(place), std::move(node));
    return {};
  }

  Result<> remove(const std::string& path) {
    std::string place = TRY(tree_.resolve(path, Last::keep));
    if (place.empty()) return fail(ErrorCode::bad_input, "the root cannot be deleted");
    tree_.remove(place);
    return {};
  }

  Tree& tree_;
  const std::vector<LocalSource>& sources_;
  UnixTime created_;
  const PathEntry& entry_;
  model::Owner owner_;
};

}  // namespace

Result<> apply_paths(Tree& tree, const std::vector<PathEntry>& entries,
                     const std::vector<LocalSource>& sources, UnixTime created) {
  for (size_t i = 0; i < entries.size(); ++i) {
    Result<> applied = PathApplier(tree, sources, created, entries[i], i).apply();
    if (!applied) {
      applied.error().code = ErrorCode::bad_input;
      applied.error().add_context(fmt::format("applying paths[{}] ({})", i, entries[i].path));
      return applied;
    }
  }
  return {};
}

}  // namespace kiln::rootfs
