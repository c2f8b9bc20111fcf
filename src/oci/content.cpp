// SPDX-License-Identifier: Apache-2.0
#include "oci/content.hpp"

#include "oci/media_types.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace kiln::oci {

Descriptor Content::add(std::string_view media_type, std::string bytes) {
  Descriptor descriptor = describe(media_type, bytes);
  blobs_.insert_or_assign(descriptor.digest, Blob{bytes.size(), std::move(bytes), {}});
  return descriptor;
}

void Content::add_file(const Digest& digest, uint64_t size, Path file) {
  blobs_.insert_or_assign(digest, Blob{size, {}, std::move(file)});
}

void Content::add_all(Content other) {
  blobs_.merge(std::move(other.blobs_));
  std::ranges::move(other.index_.manifests, std::back_inserter(index_.manifests));
}

void Content::list(Descriptor descriptor, std::string_view tag) {
  if (!tag.empty()) descriptor.annotations[std::string(k_ref_name)] = tag;
  index_.manifests.push_back(std::move(descriptor));
}

const Descriptor* Content::tagged(std::string_view tag) const {
  for (const Descriptor& entry : index_.manifests) {
    auto name = entry.annotations.find(std::string(k_ref_name));
    if (name != entry.annotations.end() && name->second == tag) return &entry;
  }
  return nullptr;
}

void Content::untag(std::string_view tag) {
  const Descriptor* named = tagged(tag);
  if (named == nullptr) return;
  auto entry = index_.manifests.begin() + (named - index_.manifests.data());
  Result<std::string> text = bytes(entry->digest);
  Result<Manifest> manifest = text ? parse_manifest(*text) : std::unexpected(text.error());
  if (manifest && manifest->subject) {
    entry->annotations.erase(std::string(k_ref_name));
    return;
  }
  remove_blob(entry->digest);
  index_.manifests.erase(entry);
}

Result<std::string> Content::bytes(const Digest& digest, uint64_t limit) const {
  auto found = blobs_.find(digest);
  if (found == blobs_.end())
    return fail(ErrorCode::not_found, fmt::format("blob {} is not there", digest.str()));
  const Blob& blob = found->second;
  if (blob.file.empty()) return blob.bytes;
  return read_file(blob.file, limit);
}

}  // namespace kiln::oci
