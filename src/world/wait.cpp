// SPDX-License-Identifier: Apache-2.0
#include "world/wait.hpp"

#include <algorithm>
#include <thread>

namespace kiln {

Result<> wait(const World& world, std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds k_slice{50};
  for (; time.count() > 0; time -= k_slice) {
    TRY(check_stop(world));
    std::this_thread::sleep_for(std::min(time, k_slice));
  }
  return check_stop(world);
}

}  // namespace kiln
