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

Result<std::string> Content::bytes(const Digest& digest, uint64_t limit) const {
  auto found = blobs_.find(digest);
  if (found == blobs_.end())
    return fail(ErrorCode::not_found, fmt::format("blob {} is not there", digest.str()));
  const Blob& blob = found->second;
  if (blob.file.empty()) return blob.bytes;
  return read_file(blob.file, limit);
}

}  // namespace kiln::oci
