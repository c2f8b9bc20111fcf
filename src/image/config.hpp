// SPDX-License-Identifier: Apache-2.0
//
// The OCI config of an image, and the annotations of its manifest: everything that the definition
// says about how a container runs, and our own labels dev.kiln.image.* about what the image is.
#pragma once
#include "image/image.hpp"
#include "oci/config.hpp"
#include "oci/descriptor.hpp"

namespace kiln::image {

// The annotation that names the plan an image was made from.
inline constexpr std::string_view k_plan_digest = "dev.kiln.plan.digest";

// The config of an image with these layers.
oci::ImageConfig make_config(const rootfs::Rootfs& rootfs, const plan::Plan& plan,
                             const std::vector<Layer>& layers);

// Annotations for the manifest: title, version, time and plan, and over them the definition's own.
oci::Annotations make_annotations(const rootfs::Rootfs& rootfs, const plan::Plan& plan,
                                  const Digest& plan_digest);

}  // namespace kiln::image
