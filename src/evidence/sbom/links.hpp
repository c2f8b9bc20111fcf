// SPDX-License-Identifier: Apache-2.0
//
// Following symbolic links inside a tree that is not on a disk.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace kiln::sbom {

// The text of the symbolic link at a clean path; nothing when something else, or nothing, is there.
using LinkText = std::function<std::optional<std::string>(std::string_view path)>;

// Where a clean path leads when every link on the way is followed inside the root; nothing when
// links do not end.
std::optional<std::string> follow_links(std::string_view path, const LinkText& link_text);

}  // namespace kiln::sbom
