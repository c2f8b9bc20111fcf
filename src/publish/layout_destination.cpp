// SPDX-License-Identifier: Apache-2.0
#include "publish/layout_destination.hpp"

#include "oci/media_types.hpp"

#include <algorithm>

namespace kiln::publish {

namespace {

// Documents of evidence are small and many: they are not worth a durable file each.
constexpr uint64_t k_small = 256U << 10;
// However many they are, memory is not for them alone.
constexpr uint64_t k_most_held = 16U << 20;

}  // namespace

Result<bool> LayoutDestination::has_manifest(const ManifestNode& node) {
  std::lock_guard lock(mutex_);
  return content_.blobs().contains(node.descriptor.digest);
}

Result<Outcome> LayoutDestination::put_blob(const oci::Descriptor& blob,
                                            const oci::ImageReader& from) {
  Outcome outcome = store_.has(blob.digest) ? Outcome::present : Outcome::sent;
  if (outcome == Outcome::sent && may_hold(blob.size)) {
    std::string bytes = TRY(from.bytes(blob, k_small));
    std::lock_guard lock(mutex_);
    content_.add_blob(blob.digest, {bytes.size(), std::move(bytes), {}});
    return outcome;
  }
  if (outcome == Outcome::sent) {
    std::unique_ptr<Source> source = TRY(from.open(blob));
    // A reader of a registry has put it there by now.
    if (!store_.has(blob.digest)) {
      Store::Writer writer = TRY(store_.writer());
      TRY(copy(*source, writer));
      TRY(writer.commit_expecting(blob.digest, blob.size));
    }
  }
  std::lock_guard lock(mutex_);
  content_.add_file(blob.digest, blob.size, store_.path_of(blob.digest));
  return outcome;
}

bool LayoutDestination::may_hold(uint64_t size) {
  std::lock_guard lock(mutex_);
  if (size > k_small || size > k_most_held - held_) return false;
  held_ += size;
  return true;
}

Result<> LayoutDestination::put_manifest(const ManifestNode& node) {
  std::lock_guard lock(mutex_);
  content_.add_blob(node.descriptor.digest, {node.bytes.size(), node.bytes, {}});
  return {};
}

Result<size_t> LayoutDestination::link_evidence(const Closure& closure) {
  std::set<Digest> tagged;
  for (const auto& [tag, digest] : closure.tags) tagged.insert(digest);
  for (const ManifestNode& node : closure.manifests) {
    const Digest& digest = node.descriptor.digest;
    if (!node.is_evidence || !node.subject || tagged.contains(digest)) continue;
    if (listed_.insert(digest).second) content_.list(node.descriptor);
  }
  return 0;
}

Result<Outcome> LayoutDestination::put_tag(const std::string& tag, const ManifestNode& node) {
  if (node.is_evidence) {
    if (listed_.insert(node.descriptor.digest).second) content_.list(node.descriptor, tag);
  } else {
    add_entry(tag, node);
  }
  return Outcome::sent;
}

void LayoutDestination::add_entry(const std::string& tag, const ManifestNode& node) {
  oci::Descriptor entry;
  entry.media_type = node.descriptor.media_type;
  entry.digest = node.descriptor.digest;
  entry.size = node.descriptor.size;
  if (!names_.empty()) {
    auto whole = std::ranges::find_if(
        names_, [&](const std::string& name) { return name.ends_with(":" + tag); });
    entry.annotations[std::string(oci::k_image_name)] = whole == names_.end() ? names_[0] : *whole;
  }
  content_.list(std::move(entry), tag);
}

}  // namespace kiln::publish
