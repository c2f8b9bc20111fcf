// SPDX-License-Identifier: Apache-2.0
//
// A policy in the way of a command that gives images away.
#pragma once
#include "cli/session.hpp"
#include "cli/trust_options.hpp"
#include "evidence/verification/verdict.hpp"
#include "oci/registry/reference.hpp"
#include "publish/closure.hpp"

#include <span>

namespace kiln::cli {

// What a policy says of an image as it will be once this is sent, under these names: the verdict on
// it, and, for each name that the policy is not about, a failed check. Evidence that a registry has
// already does not count.
Result<verification::Verdict> ask_policy(const Session& session, const TrustOptions& trust,
                                         const publish::Closure& sent, const oci::ImageReader& from,
                                         std::span<const registry::Reference> names);

}  // namespace kiln::cli
