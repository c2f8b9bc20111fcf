// SPDX-License-Identifier: Apache-2.0
//
// The bills of materials of an image that was just built, or built before and remembered.
#pragma once
#include "cli/built.hpp"
#include "cli/pipeline.hpp"
#include "evidence/sbom/documents.hpp"

#include <span>
#include <string>
#include <vector>

namespace kiln::cli {

// One document a format, in their order, from what was built itself. When the store does not
// remember them, the packages of the plan are fetched where it lacks them and unpacked again.
Result<std::vector<sbom::WrittenDocument>> build_sboms(
    const plan::LockedPlan& locked, const Built& built, const sbom::Authorship& authorship,
    std::span<const sbom::Format> formats, Session& session, const MakeOptions& options = {});

}  // namespace kiln::cli
