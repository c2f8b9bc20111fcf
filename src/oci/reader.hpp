// SPDX-License-Identifier: Apache-2.0
//
// Reading images that any tool made: an OCI layout directory, a tar of one, and what `docker save`
// writes, each tar also compressed. Every blob is checked against the digest it was asked for.
#pragma once
#include "base/files.hpp"
#include "oci/config.hpp"
#include "oci/manifest.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace kiln::oci {

class ImageReader {
 public:
  virtual ~ImageReader() = default;

  // What the entries of index() are about.
  struct Subjects {
    std::multimap<Digest, Descriptor> entries;
    std::vector<Error> broken;
  };

  // What the layout lists; an archive without a layout gets an index made from its manifest.json.
  const Index& index() const { return index_; }

  // A blob as it is stored. Reading it to its end fails with unverified when size or digest are
  // not the descriptor's.
  Result<std::unique_ptr<Source>> open(const Descriptor& descriptor) const;

  // A whole blob of at most `limit` bytes, checked.
  Result<std::string> bytes(const Descriptor& descriptor,
                            uint64_t limit = k_max_manifest_size) const;

  // Why entries of index() cannot be read that may be about something: gone, or other bytes.
  Result<std::vector<Error>> broken_entries() const;

  // What is listed about a manifest: those whose subject it should be, which only the manifests
  // themselves say. Here, entries of index() whose manifest names it; those that cannot be read are
  // left out, broken_entries() tells of them.
  virtual Result<std::vector<Descriptor>> referrers(const Digest& subject) const;

  // What a tag names; nothing when there is no such tag.
  virtual Result<std::optional<Descriptor>> tagged(std::string_view tag) const;

  // A layer's tar, decompressed by what its first bytes say, at most `limit` bytes of it.
  Result<std::unique_ptr<Source>> open_layer(const Descriptor& layer, uint64_t limit) const;

 protected:
  // The bytes stored under a descriptor's digest, unchecked.
  virtual Result<std::unique_ptr<Source>> open_stored(const Descriptor& descriptor) const = 0;
  Index index_;

 private:
  const Result<Subjects>& subjects() const;
  mutable std::once_flag subjects_read_;
  mutable Result<Subjects> subjects_;
};

// Opens what lies at a path. Fails with unsupported, and a hint, on what is none of the forms.
Result<std::unique_ptr<ImageReader>> open_image(const Path& path);

// One image of one platform.
struct ListedImage {
  Descriptor descriptor;  // of the manifest
  Manifest manifest;
  std::string config_bytes;
  ImageConfig config;
  Descriptor root;  // the entry of index.json through which it is reached: index or the manifest
  std::string tag;  // of that entry; may be empty
};

// The image index that an index is about, when it lists the same images and besides them nothing
// but attestations, as `kiln build` makes one for BuildKit's clients; nothing for any other index.
Result<std::optional<Descriptor>> original_index(const ImageReader& reader,
                                                 const Descriptor& index);

// Whether an entry of an index says that it is for no platform, as BuildKit's attestations do.
bool is_for_no_platform(const Descriptor& entry);

// Whether two indexes list the same manifests, in one order, but for those for no platform.
bool lists_same_images(const Index& one, const Index& other);

// Whether an index is about one that the reader lists itself, and so is no image besides that.
Result<bool> is_about_listed_index(const ImageReader& reader, const Descriptor& index);

// Whether list_images() looks for images in an entry of an index, it being an index itself.
bool is_followed_index(const Descriptor& entry);

// All runnable images, through nested indexes, in order; artifacts and attestations are left out.
Result<std::vector<ListedImage>> list_images(const ImageReader& reader);

// Whether a word names an image: its tag, its whole name ("registry.example/team/app:1", the
// annotation io.containerd.image.name), or the digest of its root or manifest.
bool is_called(const ListedImage& image, std::string_view word);

// What to call the images of a list, for messages: by tag, or by the whole name where one tag is on
// several, or else by digest.
std::string names_of(const std::vector<ListedImage>& images);

// The one of a platform, or the only one when none is named; `called` names one where there are
// several (is_called), or is empty. Fails with not_found, naming what there is, when none fits or
// more than one does.
Result<ListedImage> find_image(const ImageReader& reader,
                               const std::optional<model::Platform>& platform,
                               std::string_view called = {});

}  // namespace kiln::oci
