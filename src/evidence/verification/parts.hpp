// SPDX-License-Identifier: Apache-2.0
//
// The image that is to be judged: an index with its platforms and attestation manifests, or one
// manifest alone.
#pragma once
#include "oci/reader.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kiln::verification {

// Which of the images that a place holds.
struct Selection {
  std::string image;  // tag, whole name or digest; empty when there is only one
  std::optional<model::Platform> platform;  // none: all of them
};

// A manifest that BuildKit puts into an index beside the image that it is about (BuildKit,
// docs/attestations/attestation-storage.md): its layers are statements.
struct AttestationManifest {
  oci::Descriptor descriptor;
  oci::Manifest manifest;
  Digest about;
};

// What an index lists and is neither an image nor attestations of one: clients that look at less,
// or at more, than we do may run it.
struct Stranger {
  Digest digest;
  std::string what;  // "linux/amd64, application/vnd.oci.image.manifest.v1+json"
};

struct ImageParts {
  oci::Descriptor root;            // the index, or the manifest of an image without one
  std::string tag;                 // by which the place lists it; may be empty
  std::vector<std::string> names;  // all by which the place lists it, whole where it has them
  std::vector<oci::ListedImage> images;
  std::vector<AttestationManifest> attestations;  // about `images`
  // The index to which `root` adds attestations; what is said of it is said of the image.
  std::optional<Digest> original;
  size_t left_out = 0;  // images of other platforms
  std::vector<Stranger> strangers;

  bool has_index() const { return images.empty() || root.digest != images[0].descriptor.digest; }
  // What checks call a manifest: "index", "linux/amd64", "attestations of linux/amd64".
  std::string name_of(const Digest& digest) const;
  // The descriptor of the index or of one of the manifests; null for any other digest.
  const oci::Descriptor* descriptor_of(const Digest& digest) const;
};

// Whether two platforms may be meant to be one: a variant may be left out, as that of arm64 is.
bool is_same_machine(const model::Platform& one, const model::Platform& other);

// Reads index, manifests and configs; each is checked against its digest. Fails with not_found when
// the selection fits nothing, or more than one image.
Result<ImageParts> read_parts(const oci::ImageReader& reader, const Selection& selection);

}  // namespace kiln::verification
