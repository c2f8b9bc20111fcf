// SPDX-License-Identifier: Apache-2.0
//
// Where a definition lies in version control, as git says it. Only commands are used that run
// nothing which a checkout configures (filters, hooks, monitors): the commit, its tree, the
// remote's address.
#pragma once
#include "base/files.hpp"
#include "cli/session.hpp"
#include "evidence/build_record.hpp"

#include <optional>
#include <span>

namespace kiln::cli {

// The checkout that holds `file`, the definition; nothing when it lies in none, has no commit, or
// git is not installed. `others` are further files that the definition consists of: one that the
// commit does not hold with the same bytes makes the location dirty.
std::optional<evidence::SourceLocation> find_source(const Path& file, std::span<const Path> others,
                                                    const Environment& environment);

}  // namespace kiln::cli
