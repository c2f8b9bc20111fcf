// SPDX-License-Identifier: Apache-2.0
//
// The images of all platforms under one index, as content for a layout or archive; and the lock
// that led to them, attached to that index. docs/formats/layout.md shows the whole.
#pragma once
#include "image/image.hpp"
#include "oci/content.hpp"
#include "oci/reader.hpp"

#include <optional>
#include <span>
#include <string>

namespace kiln::image {

// The artifact type of a lock and the media type of its bytes.
std::string lock_type();

struct Assembly {
  oci::Content content;
  oci::Descriptor index;                   // of the image index, by which users name the image
  std::vector<oci::Descriptor> manifests;  // in the order of the index
};

// An index of these images, ordered by platform, with the annotations that all of them share, and
// every blob of theirs: layers as files of the store. The index is listed under each tag, or once
// without a tag; with a `repository` ("registry.example/base/nginx") also under its whole name, as
// containerd and buildx do. Fails (bad_input) on no image or two of the same platform.
Result<Assembly> assemble(std::span<const Image> images, std::span<const std::string> tags,
                          const Store& store, const std::string& repository = {});

// Puts a lock's bytes beside the image.
void attach_lock(Assembly& assembly, std::string lock);

// The lock of an image, by its index, if the layout has one: beside that, or beside the index to
// which that one adds attestations.
Result<std::optional<std::string>> find_lock(const oci::ImageReader& reader,
                                             const oci::Descriptor& index);

}  // namespace kiln::image
