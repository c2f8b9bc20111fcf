// SPDX-License-Identifier: Apache-2.0
//
// Alpine's names for machines: the directories of its repositories.
#pragma once
#include "model/platform.hpp"

#include <string>

namespace kiln::packages::apk {

// "x86_64" of linux/amd64. Fails (unsupported) and names those that exist.
Result<std::string> alpine_architecture(const model::Platform& platform);

}  // namespace kiln::packages::apk
