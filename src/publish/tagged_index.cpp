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

// All that the root leads to, and the root.
std::set<Digest> parts_of_root(const Closure& closure) {
  std::set<Digest> parts;
  std::vector<Digest> next = {closure.root.digest};
  while (!next.empty()) {
    Digest digest = next.back();
    next.pop_back();
    const ManifestNode* node = closure.find(digest);
    if (!node || !parts.insert(digest).second) continue;
    next.insert(next.end(), node->manifests.begin(), node->manifests.end());
  }
  return parts;
}

bool is_attestation_manifest(const Closure& closure, const Digest& digest) {
  const ManifestNode* node = closure.find(digest);
  return node && node->descriptor.artifact_type == oci::k_attestation_manifest_type;
}

Result<std::set<Digest>> other_index(const Closure& closure) {
  std::set<Digest> found;
  const ManifestNode& root = closure.node(closure.root.digest);
  for (const ManifestNode& node : closure.manifests) {
    if (!TRY(adds_attestations(node, root))) continue;
    found.insert(node.descriptor.digest);
    for (const Digest& inside : node.manifests)
      if (is_attestation_manifest(closure, inside) && !has_tag(closure, inside))
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

Result<> keep_evidence_of_root(Closure& closure) {
  const ManifestNode& root = closure.node(closure.root.digest);
  if (!oci::is_index_type(root.descriptor.media_type)) return {};
  std::set<Digest> left_out =
      root.subject ? replaced_signatures(closure, *root.subject) : TRY(other_index(closure));
  // Whatever others have put beside it, the image itself is whole.
  for (const Digest& part : parts_of_root(closure)) left_out.erase(part);
  std::erase_if(closure.manifests, [&](const ManifestNode& node) {
    return left_out.contains(node.descriptor.digest);
  });
  std::erase_if(closure.tags, [&](const auto& tag) { return left_out.contains(tag.second); });
  return {};
}

}  // namespace kiln::publish
