// SPDX-License-Identifier: Apache-2.0
//
// Images in one file: the tar of an OCI layout, and the same with a manifest.json beside it, which
// `docker load` and `podman load` of every age read. Bytes depend on the content alone.
#pragma once
#include "oci/content.hpp"

#include <span>
#include <string>

namespace kiln::oci {

// A tar of the layout that write_layout would make: `skopeo copy oci-archive:...`, `podman load`.
Result<> write_oci_archive(Sink& sink, const Content& content);

// A tar that both docker and podman load as the one image whose manifest is given, under these
// names ("registry/repository:tag"). The manifest and all it refers to must be in `content`.
Result<> write_docker_archive(Sink& sink, const Content& content, const Digest& manifest,
                              std::span<const std::string> names);

}  // namespace kiln::oci
