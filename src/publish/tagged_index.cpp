// SPDX-License-Identifier: Apache-2.0
#include "publish/tagged_index.hpp"

#include "oci/media_types.hpp"
#include "oci/replaceable.hpp"

#include <algorithm>
#include <set>

namespace kiln::publish {

namespace {

bool has_tag(const Closure& closure, const Digest& digest) {
  return std::ranges::any_of(closure.tags, [&](const auto& tag) { return tag.second == digest; });
}

// What is about one of these, to any depth.
void add_what_is_about(const Closure& closure, std::set<Digest>& digests) {
  for (const ManifestNode& node : closure.manifests)  // by rank: subjects come first
    if (node.subject && digests.contains(*node.subject)) digests.insert(node.descriptor.digest);
}

std::set<Digest> other_index(const Closure& closure) {
  std::set<Digest> found;
  const ManifestNode& root = closure.node(closure.root.digest);
  for (const ManifestNode& node : closure.manifests) {
    if (!oci::is_index_type(node.descriptor.media_type) || node.subject != closure.root.digest)
      continue;
    found.insert(node.descriptor.digest);
    for (const Digest& inside : node.manifests)
      if (std::ranges::find(root.manifests, inside) == root.manifests.end() &&
          !has_tag(closure, inside))
        found.insert(inside);
  }
  add_what_is_about(closure, found);
  return found;
}

// What an annotation of evidence about this manifest says; none where it is about another.
std::optional<std::string> annotation_about(const Closure& closure, const ManifestNode& node,
                                            const Digest& about, const std::string& name) {
  bool tagged = std::ranges::any_of(closure.tags, [&](const auto& tag) {
    return tag.second == node.descriptor.digest && tag.first.contains(about.hex());
  });
  auto found = node.descriptor.annotations.find(name);
  if (found == node.descriptor.annotations.end() || !(tagged || node.subject == about))
    return std::nullopt;
  return found->second;
}

std::set<Digest> replaced_signatures(const Closure& closure, const Digest& original) {
  std::set<std::string> signers;
  for (const ManifestNode& node : closure.manifests)
    if (auto key = annotation_about(closure, node, closure.root.digest, oci::k_replacement))
      signers.insert(*key);
  std::set<Digest> found;
  for (const ManifestNode& node : closure.manifests)
    if (auto key = annotation_about(closure, node, original, oci::k_replaceable);
        key && signers.contains(*key))
      found.insert(node.descriptor.digest);
  add_what_is_about(closure, found);
  return found;
}

}  // namespace

void keep_evidence_of_root(Closure& closure) {
  const ManifestNode& root = closure.node(closure.root.digest);
  bool adds_to_another = oci::is_index_type(root.descriptor.media_type) && root.subject.has_value();
  std::set<Digest> left_out =
      adds_to_another ? replaced_signatures(closure, *root.subject) : other_index(closure);
  std::erase_if(closure.manifests, [&](const ManifestNode& node) {
    return left_out.contains(node.descriptor.digest);
  });
  std::erase_if(closure.tags, [&](const auto& tag) { return left_out.contains(tag.second); });
}

}  // namespace kiln::publish
