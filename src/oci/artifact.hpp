// SPDX-License-Identifier: Apache-2.0
//
// Documents about an image that travel beside it: OCI artifact manifests whose `subject` is the
// image's index or manifest (image-spec, "Guidance for an Artifacts"). In a layout they are listed
// in index.json without a tag, where `oras discover` and our own reader find them.
#pragma once
#include "oci/content.hpp"
#include "oci/reader.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kiln::oci {

// Adds `document` and a manifest of that artifact type about `subject`, lists the manifest, and
// returns its descriptor.
Descriptor attach(Content& content, const Descriptor& subject, std::string_view artifact_type,
                  std::string_view media_type, std::string document,
                  const Annotations& annotations = {});

struct Artifact {
  Descriptor descriptor;  // of the artifact's manifest
  Manifest manifest;
};

// Whether clients keep something about a digest under such a tag: sha256-<hex> (an index of
// referrers, without a referrers API), and the same with .sig, .att or .sbom (cosign).
bool is_evidence_tag(std::string_view tag);

// The artifacts of a type about a subject that its layout or registry lists, in that order.
Result<std::vector<Artifact>> find_artifacts(const ImageReader& reader, const Digest& subject,
                                             std::string_view artifact_type);

}  // namespace kiln::oci
