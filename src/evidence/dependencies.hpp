// SPDX-License-Identifier: Apache-2.0
//
// The inputs of an image as a lock names them, as SLSA's resolved dependencies. Both sides use it:
// the control plane fills the record, the signer checks the record against the lock.
#pragma once
#include "evidence/resource.hpp"
#include "plan/lock.hpp"

#include <vector>

namespace kiln::evidence {

// Package indexes, the keys that signed them, packages in the order of installation, local files.
std::vector<Resource> dependencies_of(const plan::LockedPlan& locked);

}  // namespace kiln::evidence
