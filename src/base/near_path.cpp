// SPDX-License-Identifier: Apache-2.0
#include "base/near_path.hpp"

#include "base/strings.hpp"

#include <system_error>

namespace kiln {

std::optional<Path> near_path(const Path& root, const Path& path) {
  Path there;
  for (const Path& name : path) {
    std::error_code ignored;
    if (std::filesystem::exists(root / there / name, ignored)) {
      there /= name;
      continue;
    }
    Path directory = root / there;
    auto names = list_directory(directory.empty() ? "." : directory);
    auto near = names ? nearest(name.string(), *names) : std::nullopt;
    if (near) return there / *near;
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace kiln
