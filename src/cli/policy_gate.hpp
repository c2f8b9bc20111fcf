// SPDX-License-Identifier: Apache-2.0
//
// A policy in the way of a command that gives images away.
#pragma once
#include "cli/session.hpp"
#include "evidence/verification/verdict.hpp"
#include "oci/reader.hpp"
#include "oci/registry/reference.hpp"

#include <span>
#include <string>

namespace kiln::cli {

// What the policy in a file says of an image that is to have these names: the verdict on the image,
// and, for each name that the policy is not about, a failed check. `digest` is of the image's index
// or manifest. Mistakes in the policy are shown, each with its place.
Result<verification::Verdict> ask_policy(Session& session, const std::string& file,
                                         const oci::ImageReader& reader, const Digest& digest,
                                         std::span<const registry::Reference> names);

}  // namespace kiln::cli
