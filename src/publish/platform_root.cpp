// SPDX-License-Identifier: Apache-2.0
#include "publish/platform_root.hpp"

#include "base/strings.hpp"
#include "oci/media_types.hpp"

#include <fmt/format.h>

namespace kiln::publish {

namespace {

constexpr std::string_view k_reference_digest = "vnd.docker.reference.digest";

Result<std::vector<oci::Descriptor>> attestations_about(const oci::ImageReader& reader,
                                                        const oci::Descriptor& root,
                                                        const Digest& manifest) {
  std::vector<oci::Descriptor> found;
  if (!oci::is_index_type(root.media_type)) return found;
  std::string bytes = TRY(reader.bytes(root));
  oci::Index index = TRY(oci::parse_index(bytes));
  for (const oci::Descriptor& entry : index.manifests) {
    auto about = entry.annotations.find(std::string(k_reference_digest));
    if (about == entry.annotations.end() || about->second != manifest.str()) continue;
    std::string text = TRY(reader.bytes(entry));
    oci::Manifest attestation = TRY(oci::parse_manifest(text));
    if (attestation.subject && attestation.subject->digest == manifest) found.push_back(entry);
  }
  return found;
}

}  // namespace

Result<PlatformRoot> platform_root(const oci::ImageReader& reader, const oci::Descriptor& root,
                                   const model::Platform& platform) {
  std::vector<std::string> there;
  for (const oci::ListedImage& image : TRY(oci::list_images(reader))) {
    if (image.root.digest != root.digest) continue;
    there.push_back(image.config.platform.str());
    if (image.config.platform != platform) continue;
    PlatformRoot found;
    found.manifest = image.descriptor;
    found.attestations = TRY(attestations_about(reader, root, found.manifest.digest));
    return found;
  }
  return fail(ErrorCode::not_found, fmt::format("the image is not for {}", platform.str()),
              fmt::format("it is for {}", join(there, ", ")));
}

}  // namespace kiln::publish
