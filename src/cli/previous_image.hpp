// SPDX-License-Identifier: Apache-2.0
//
// The image that a new one takes the place of, and what changed since.
#pragma once
#include "base/files.hpp"
#include "image/index.hpp"

#include <optional>
#include <string>

namespace kiln::cli {

struct PreviousImage {
  std::optional<std::string> changelog;  // the predicate; nothing when there is nothing to compare
  std::string note;                      // for people: what it was compared with, or why not
};

// `named` is what the user names; a mistake there is an error. Without it, what lies at `output` is
// the previous image, and one that cannot be read is none.
Result<PreviousImage> find_previous(const std::optional<std::string>& named, const Path& output,
                                    const image::Assembly& current);

}  // namespace kiln::cli
