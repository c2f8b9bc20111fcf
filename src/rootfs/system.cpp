// SPDX-License-Identifier: Apache-2.0
#include "rootfs/system.hpp"

#include "base/strings.hpp"
#include "rootfs/apk/system.hpp"
#include "rootfs/deb/system.hpp"

#include <array>

#include <fmt/format.h>

namespace kiln::rootfs {

Result<const System*> find_system(std::string_view distribution) {
  std::vector<std::string> names;
  for (const System* system : std::array{&deb::debian(), &apk::alpine()}) {
    if (system->distribution == distribution) return system;
    names.emplace_back(system->distribution);
  }
  return fail(ErrorCode::unsupported,
              fmt::format("file trees of {} cannot be made", printable(distribution)),
              "this Kiln makes those of " + join(names, " and "));
}

}  // namespace kiln::rootfs
