// SPDX-License-Identifier: Apache-2.0
//
// The image that a new one takes the place of, and what changed since.
#pragma once
#include "cli/session.hpp"
#include "image/index.hpp"

#include <optional>
#include <string>

namespace kiln::cli {

struct PreviousImage {
  std::optional<std::string> changelog;  // the predicate; nothing when there is nothing to compare
  std::string note;                      // for people: what it was compared with, or why not
};

// `named` is what the user names, also in a registry; a mistake there is an error. Without it, what
// lies at `output` is the previous image if its lock says that it has the name `image`, and one
// that cannot be read is none.
Result<PreviousImage> find_previous(Session& session, const std::optional<std::string>& named,
                                    const Path& output, const std::string& image,
                                    const image::Assembly& current);

}  // namespace kiln::cli
