// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "definition/image_spec.hpp"

namespace kiln::definition {

// The user whose name or number `run-as` gives; null when it is root or not listed.
const User* run_as_user(const Accounts& accounts);

}  // namespace kiln::definition
