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
#include "base/stop_check.hpp"
#include "oci/content.hpp"

#include <functional>

namespace kiln::oci {

inline constexpr std::string_view k_layout_marker = R"({"imageLayoutVersion":"1.0.0"})";

// Makes `directory` a layout of exactly this content. All is written to a sibling and takes the
// name in one step, so that nobody sees half a layout; blobs in files are hard-linked where the
// file system allows it and copied else. A layout or an empty directory that had the name is
// replaced, once nobody is changing it; anything else is refused (bad_input). One that is the
// layout of this content already stays as it is. Stops, and leaves nothing, when `stop` fails.
Result<> write_layout(const Path& directory, const Content& content, const StopCheck& stop = {});

// Gives `change` everything that a layout holds, and makes it a layout of what that leaves. One
// process at a time does so, so that none loses what another added. Fails as write_layout and
// `change` do, with corrupt when it is no whole layout, and with io when another takes too long.
Result<> change_layout(const Path& directory, const std::function<Result<>(Content&)>& change);

}  // namespace kiln::oci
