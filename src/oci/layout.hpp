// SPDX-License-Identifier: Apache-2.0
//
// Writing an OCI image layout directory (image-spec, image-layout.md):
//
//   oci-layout            {"imageLayoutVersion":"1.0.0"}
//   index.json            an index; tags are the annotation org.opencontainers.image.ref.name
//   blobs/sha256/<hex>    every blob, read-only
//
// docs/formats/layout.md says what Kiln puts there.
#pragma once
#include "oci/content.hpp"

namespace kiln::oci {

inline constexpr std::string_view k_layout_marker = R"({"imageLayoutVersion":"1.0.0"})";

// Makes `directory` a layout of exactly this content. All is written to a sibling and takes the
// name in one step, so that nobody sees half a layout; blobs in files are hard-linked where the
// file system allows it and copied else. A layout or an empty directory that had the name is
// replaced; anything else is refused (bad_input).
Result<> write_layout(const Path& directory, const Content& content);

// Everything that a layout holds, to write it anew with more. The content's files are the layout's.
Result<Content> layout_content(const Path& directory);

}  // namespace kiln::oci
