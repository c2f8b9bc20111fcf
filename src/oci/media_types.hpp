// SPDX-License-Identifier: Apache-2.0
//
// The media types of OCI images and their Docker forebears (image-spec, media-types.md).
#pragma once
#include <string_view>

namespace kiln::oci {

inline constexpr std::string_view k_index_type = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view k_manifest_type = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view k_config_type = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view k_empty_type = "application/vnd.oci.empty.v1+json";
inline constexpr std::string_view k_layer_type = "application/vnd.oci.image.layer.v1.tar";
inline constexpr std::string_view k_layer_gzip_type = "application/vnd.oci.image.layer.v1.tar+gzip";
inline constexpr std::string_view k_layer_zstd_type = "application/vnd.oci.image.layer.v1.tar+zstd";

// The artifact type of the manifests in which BuildKit puts attestations into an index.
inline constexpr std::string_view k_attestation_manifest_type =
    "application/vnd.docker.attestation.manifest.v1+json";

// Annotation of a descriptor in an index.json: the tag of what it points to.
inline constexpr std::string_view k_ref_name = "org.opencontainers.image.ref.name";
// The same for a whole name, registry and repository included, as containerd writes it.
inline constexpr std::string_view k_image_name = "io.containerd.image.name";
inline constexpr std::string_view k_created = "org.opencontainers.image.created";

// Whether the type is an OCI or Docker manifest, index (manifest list), or image config.
bool is_manifest_type(std::string_view media_type);
bool is_index_type(std::string_view media_type);
bool is_config_type(std::string_view media_type);

// Whether the type is a layer's whose bytes are a tar, compressed or not.
bool is_layer_type(std::string_view media_type);

}  // namespace kiln::oci
