// SPDX-License-Identifier: Apache-2.0
//
// What a layout or archive is written from: an index of what it offers, and every blob that can be
// reached from there, each as bytes in memory or as a file that has exactly those bytes.
#pragma once
#include "base/files.hpp"
#include "oci/manifest.hpp"

#include <map>
#include <string>
#include <string_view>

namespace kiln::oci {

struct Blob {
  uint64_t size = 0;
  std::string bytes;  // when `file` is empty
  Path file;
};

class Content {
 public:
  // Adds a blob and returns its descriptor. A file must hold the bytes that its digest says, and
  // stay there until the content was written.
  Descriptor add(std::string_view media_type, std::string bytes);
  void add_file(const Digest& digest, uint64_t size, Path file);
  void add_blob(const Digest& digest, Blob blob) {
    blobs_.insert_or_assign(digest, std::move(blob));
  }

  void remove_blob(const Digest& digest) { blobs_.erase(digest); }

  // Adds the blobs of another and what it lists.
  void add_all(Content other);

  // Lists an image or artifact in the layout's index.json, with a tag when one is given.
  void list(Descriptor descriptor, std::string_view tag = {});

  // What a tag names; null when there is none.
  const Descriptor* tagged(std::string_view tag) const;
  // Takes a tag off what it names. That stays listed when something else is its subject; else it is
  // gone, but for blobs that others may need.
  void untag(std::string_view tag);

  const Index& index() const { return index_; }
  const std::map<Digest, Blob>& blobs() const { return blobs_; }

  // The bytes of a blob of at most `limit`, read from its file when they lie there.
  Result<std::string> bytes(const Digest& digest, uint64_t limit = k_max_manifest_size) const;

 private:
  Index index_;
  std::map<Digest, Blob> blobs_;
};

}  // namespace kiln::oci
