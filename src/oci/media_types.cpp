// SPDX-License-Identifier: Apache-2.0
#include "oci/media_types.hpp"

namespace kiln::oci {

bool is_manifest_type(std::string_view media_type) {
  return media_type == k_manifest_type ||
         media_type == "application/vnd.docker.distribution.manifest.v2+json";
}

bool is_index_type(std::string_view media_type) {
  return media_type == k_index_type ||
         media_type == "application/vnd.docker.distribution.manifest.list.v2+json";
}

bool is_config_type(std::string_view media_type) {
  return media_type == k_config_type ||
         media_type == "application/vnd.docker.container.image.v1+json";
}

bool is_layer_type(std::string_view media_type) {
  return media_type.starts_with("application/vnd.oci.image.layer.") ||
         media_type.starts_with("application/vnd.docker.image.rootfs.");
}

}  // namespace kiln::oci
