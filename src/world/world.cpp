// SPDX-License-Identifier: Apache-2.0
#include "world/world.hpp"

namespace kiln {

Result<> check_stop(const World& world) {
  if (world.stop.load(std::memory_order_relaxed))
    return fail(ErrorCode::interrupted, "stopped on request");
  return {};
}

}  // namespace kiln
