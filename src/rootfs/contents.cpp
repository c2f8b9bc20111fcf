// SPDX-License-Identifier: Apache-2.0
#include "rootfs/contents.hpp"

namespace kiln::rootfs {

Result<std::string_view> Contents::bytes(const Content& content) {
  if (content.payload.is_zero()) return std::string_view(content.bytes);
  std::string_view payload = TRY(blob(content.payload));
  if (content.offset > payload.size() || content.size > payload.size() - content.offset) {
    return fail(ErrorCode::corrupt, "a file reaches beyond the end of " + content.payload.str());
  }
  return payload.substr(content.offset, content.size);
}

Result<std::string_view> StoreContents::blob(const Digest& digest) {
  auto found = mapped_.find(digest);
  if (found == mapped_.end()) found = mapped_.emplace(digest, TRY(store_.map(digest))).first;
  return found->second->bytes();
}

Digest MemoryContents::add(std::string bytes) {
  Digest digest = sha256(bytes);
  blobs_.insert_or_assign(digest, std::move(bytes));
  return digest;
}

Result<std::string_view> MemoryContents::blob(const Digest& digest) {
  auto found = blobs_.find(digest);
  if (found == blobs_.end()) return fail(ErrorCode::not_found, "no blob " + digest.str());
  return std::string_view(found->second);
}

}  // namespace kiln::rootfs
