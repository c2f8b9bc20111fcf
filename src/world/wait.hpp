// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "world/world.hpp"

#include <chrono>

namespace kiln {

// Returns after `time`, or with interrupted soon after the world was told to stop.
Result<> wait(const World& world, std::chrono::milliseconds time);

}  // namespace kiln
