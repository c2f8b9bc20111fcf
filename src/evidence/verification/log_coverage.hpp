// SPDX-License-Identifier: Apache-2.0
//
// Whether the logs that were read are all that must be: a log tells nothing of what was proven in
// another one, and one that ended tells nothing of what came after.
#pragma once
#include "evidence/verification/findings.hpp"
#include "evidence/verification/published_log.hpp"

#include <span>

namespace kiln::verification {

// Names the logs that hold what vouches for the image and were not read, and those that an ended
// log goes on in.
void check_coverage(const Findings& findings, std::span<const PublishedLog> read, Verdict& verdict);

}  // namespace kiln::verification
