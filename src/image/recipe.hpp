// SPDX-License-Identifier: Apache-2.0
//
// A layer's recipe: its tar as an ordered list of header bytes and references to content. Its
// digest stands for the tar's bytes, so that a layer made once is found again without making the
// tar; any range of the tar can be made alone, so that ranges are made in parallel.
//
//   digest = SHA-256 of "kiln-recipe/1\n" *entry
//   entry  = header-size " " content-size " " content-sha256-hex "\n" header-bytes
#pragma once
#include "image/layers.hpp"
#include "store/store.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace kiln::image {

// The payloads that recipes refer to, mapped.
class Payloads {
 public:
  // Maps a payload that is in the store, once.
  Result<> add(const Digest& payload, Store& store);
  // The bytes of a content whose payload was added. Fails (corrupt) when they are not all there.
  Result<std::string_view> bytes_of(const rootfs::Content& content) const;

 private:
  std::unordered_map<Digest, std::shared_ptr<const MappedFile>, DigestHash> maps_;
};

class Recipe {
 public:
  // The tree that the group was made from must outlive the recipe.
  static Result<Recipe> of(const LayerGroup& group);

  const Digest& digest() const { return digest_; }
  uint64_t tar_size() const { return tar_size_; }

  // Maps every payload that the recipe needs.
  Result<> add_payloads(Payloads& payloads, Store& store) const;

  // Appends bytes `begin` to `end` of the tar to `out`; both at most tar_size().
  Result<> append_range(uint64_t begin, uint64_t end, const Payloads& payloads,
                        std::string& out) const;

 private:
  struct Entry {
    uint64_t begin = 0;  // in the tar
    std::string header;
    const rootfs::Content* content = nullptr;
  };
  std::vector<Entry> entries_;
  Digest digest_;
  uint64_t tar_size_ = 0;
};

}  // namespace kiln::image
