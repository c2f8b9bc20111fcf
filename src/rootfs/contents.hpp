// SPDX-License-Identifier: Apache-2.0
//
// Where the bytes of a file come from. What makes files out of files (certificate bundles, the
// loader's cache) reads through this, so that it works over a store and, in tests, over memory.
#pragma once
#include "rootfs/rootfs.hpp"
#include "store/store.hpp"

#include <map>
#include <memory>

namespace kiln::rootfs {

class Contents {
 public:
  virtual ~Contents() = default;

  // The blob's bytes; the view is valid as long as this object. Fails with not_found.
  virtual Result<std::string_view> blob(const Digest& digest) = 0;

  // A file's bytes; valid as long as this object and `content`. Fails (corrupt) when the content
  // reaches beyond its payload.
  Result<std::string_view> bytes(const Content& content);
};

// Blobs that lie in a store, mapped for as long as this object lives.
class StoreContents final : public Contents {
 public:
  explicit StoreContents(Store& store) : store_(store) {}
  Result<std::string_view> blob(const Digest& digest) override;

 private:
  Store& store_;
  std::map<Digest, std::shared_ptr<const MappedFile>> mapped_;
};

// Blobs held in memory.
class MemoryContents final : public Contents {
 public:
  Digest add(std::string bytes);
  Result<std::string_view> blob(const Digest& digest) override;

 private:
  std::map<Digest, std::string> blobs_;
};

}  // namespace kiln::rootfs
